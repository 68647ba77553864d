import { setTimeout as delay } from 'node:timers/promises';
import { BackOff, isPassingRefusal, reasonOf, ReplyCode, replyCodeOf } from '../../broker/index.js';
import { BadDeclaration, ConnectionException, PermissionException } from '../../exceptions/index.js';
import type { LibraryLogger } from '../../logging/index.js';
import type { ConsumerPlan } from '../consumer-plan.js';
import { isStream, StreamPosition } from '../delivery/stream-position.js';
import type { RunningConsumer } from '../running-consumer.interface.js';
import type { Openings } from './openings.js';
import { warnOfDeliveryLimit } from './quorum-queue.js';
import type { Subscription } from './subscription.js';

/** Subscribes a consumer to its queue, and again after each lost channel. */
export class Subscriber {
  private readonly backOff: BackOff;
  private subscribedAt = 0;
  private succeeded = false;
  private readonly position: StreamPosition | undefined;
  /** The last subscription ended by itself, so the next one waits. */
  private isToBackOff = false;

  constructor(
    private readonly consumer: Pick<RunningConsumer, 'name' | 'queue'>,
    private readonly plan: ConsumerPlan,
    private readonly openings: Openings,
    private readonly logger: LibraryLogger,
  ) {
    this.backOff = BackOff.ofReconnecting(openings.settings.reconnect);
    const { options, consumeArguments } = plan;
    if (isStream(options.arguments, consumeArguments)) this.position = new StreamPosition(consumeArguments);
  }

  /** Whether a subscription has ever succeeded. */
  get hasSucceeded(): boolean {
    return this.succeeded;
  }

  /**
   * Subscribes on the current connection or the next one; tries again until an error is final.
   *
   * @returns undefined when the signal aborts first
   * @throws BadDeclaration, PermissionException, ConnectionException
   */
  async subscribe(signal: AbortSignal): Promise<Subscription | undefined> {
    if (this.isToBackOff) await this.waitBackOff(signal);
    while (!signal.aborted) {
      try {
        const subscription = await this.openings.open(this.plan, this.position, signal);
        if (!subscription) return undefined;
        if (!this.succeeded) warnOfDeliveryLimit(this.plan, subscription.rabbitMqVersion, this.logger);
        this.succeeded = true;
        this.subscribedAt = performance.now();
        return subscription;
      } catch (error) {
        if (signal.aborted) return undefined;
        if (isFatal(error) && !(this.succeeded && this.mayPass(error))) throw error;
        const { name, queue } = this.consumer;
        this.logger.warn(
          `The consumer ${name} of queue '${queue}' could not subscribe: ${reasonOf(error)}; trying again`,
        );
        await this.waitBackOff(signal);
      }
    }
    return undefined;
  }

  /**
   * Whether trying again may help a consumer that was subscribed before. A queue or exchange that is declared
   * passively belongs to somebody else, who may create it again, as the reference expects since its version 3.9.1.
   */
  private mayPass(error: unknown): boolean {
    if (isPassingRefusal(error)) return true;
    return (
      this.openings.settings.passiveDeclares &&
      error instanceof BadDeclaration &&
      replyCodeOf(error.cause) === ReplyCode.NOT_FOUND
    );
  }

  /** Call it when the subscription ended by itself. The longer it lasted, the shorter the next one waits. */
  subscriptionEnded(): void {
    this.backOff.lasted(performance.now() - this.subscribedAt);
    this.isToBackOff = true;
  }

  private async waitBackOff(signal: AbortSignal): Promise<void> {
    this.isToBackOff = false;
    await delay(this.backOff.next(), undefined, { signal }).catch(() => undefined);
  }
}

/** Whether trying again would not help. */
function isFatal(error: unknown): boolean {
  return (
    error instanceof BadDeclaration ||
    error instanceof PermissionException ||
    error instanceof ConnectionException
  );
}
