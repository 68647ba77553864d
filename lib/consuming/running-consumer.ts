import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import {
  BackOff,
  type BrokerConnection,
  type ConsumeMessage,
  isPassingRefusal,
  reasonOf,
} from '../broker/index.js';
import {
  BadDeclaration,
  ConnectionException,
  ConsumerCanceled,
  Drop,
  HaltConsumer,
  Nack,
  PermissionException,
  ValidationError,
} from '../exceptions/index.js';
import { type Message, type MessageCodec, nameOf } from '../message/index.js';
import type { MessageHandler } from './consumer-callback.js';
import type { ConsumerPlan } from './consumer-plan.js';
import type { ConsumedStatistics } from './consumer-statistics.js';
import { Subscription, type SubscriptionSettings } from './subscription.js';

const FIRST_RETRY_DELAY = 100;
const LONGEST_RETRY_DELAY = 30_000;

/** What a running consumer needs from its surroundings. */
export interface RunningConsumerContext {
  readonly connection: BrokerConnection;
  readonly codec: MessageCodec;
  readonly settings: SubscriptionSettings;
  readonly statistics: ConsumedStatistics;
}

interface Delivered {
  readonly subscription: Subscription;
  readonly delivery: ConsumeMessage;
}

/**
 * A consumer of one queue. It lasts across connections, until it is cancelled, halts, or fails.
 *
 * @publicApi
 */
export class RunningConsumer {
  /**
   * Resolves when the consumer has been cancelled with `cancel()`. Rejects when it stops for any other
   * reason: HaltConsumer, ConsumerCanceled, PermissionException, BadDeclaration, or the handler's own
   * error. It need not be listened to: what stops a consumer is logged, too.
   */
  readonly result: Promise<void>;

  private readonly logger = new Logger('FedoraMessaging');
  private subscription: Subscription | undefined;
  private queueName: string;
  private readonly delivered: Delivered[] = [];
  /** The handler's promise while a message is in hand. */
  private inHand: Promise<void> | undefined;
  private readonly stopped = new AbortController();
  private isDone = false;
  private resolveResult!: () => void;
  private rejectResult!: (reason: Error) => void;

  /** @internal Consumers are started by `consume()` or by decorating a handler. */
  constructor(
    /** Who handles the messages, for logs: the class and method of a handler. */
    readonly name: string,
    private readonly handler: MessageHandler,
    private readonly plan: ConsumerPlan,
    private readonly context: RunningConsumerContext,
    private readonly onDone: (consumer: RunningConsumer) => void,
  ) {
    this.queueName = plan.queue;
    this.result = new Promise((resolve, reject) => {
      this.resolveResult = resolve;
      this.rejectResult = reject;
    });
    this.result.catch(() => undefined);
  }

  /** The queue. A name that the broker chose may be another one after a reconnection. */
  get queue(): string {
    return this.queueName;
  }

  private get isStopping(): boolean {
    return this.stopped.signal.aborted;
  }

  /** Whether it is subscribed to its queue right now. */
  get isConsuming(): boolean {
    return this.subscription !== undefined && !this.isStopping;
  }

  /**
   * Stops consuming. A message in hand is finished and acknowledged first; those the broker sent ahead
   * go back into the queue. The handler itself must not wait for it: throw HaltConsumer there.
   */
  async cancel(): Promise<void> {
    if (this.isDone) return;
    this.stopped.abort();
    const { subscription } = this;
    await subscription?.cancel();
    await this.inHand;
    await subscription?.close();
    this.finish();
  }

  /**
   * Subscribes for the first time.
   *
   * @internal
   * @throws BadDeclaration, PermissionException, NoFreeChannels, ConnectionException
   */
  async start(): Promise<void> {
    try {
      await this.subscribe((error) => isFatal(error));
    } catch (error) {
      this.finish(error as Error);
      throw error;
    }
  }

  /** Subscribes on the connection that is up or on the next one, and tries again until `isFinal` says no. */
  private async subscribe(isFinal: (error: unknown) => boolean): Promise<void> {
    const backOff = new BackOff(FIRST_RETRY_DELAY, LONGEST_RETRY_DELAY);
    while (!this.isStopping) {
      try {
        const model = await this.context.connection.connect();
        const subscription = await Subscription.open(model, this.plan, this.context.settings);
        if (this.isStopping) {
          await subscription.close();
          return;
        }
        this.subscription = subscription;
        this.queueName = subscription.queue;
        subscription.begin(this);
        return;
      } catch (error) {
        if (isFinal(error)) throw error;
        const wait = backOff.next();
        this.logger.warn(
          `The consumer ${this.name} of queue '${this.queue}' could not subscribe: ${reasonOf(error)}; trying again`,
        );
        await delay(wait, undefined, { signal: this.stopped.signal }).catch(() => undefined);
      }
    }
  }

  /** @internal */
  onLost(subscription: Subscription, reason: string): void {
    if (this.subscription !== subscription) return;
    this.subscription = undefined;
    if (this.isStopping) return;
    this.logger.warn(
      `The consumer ${this.name} of queue '${this.queue}' lost its channel: ${reason}; subscribing again`,
    );
    this.subscribe((error) => isFatal(error) && !isPassingRefusal(error)).catch((error: unknown) =>
      this.fail(error as Error),
    );
  }

  /** @internal */
  onCanceled(subscription: Subscription): void {
    if (this.subscription !== subscription || this.isStopping) return;
    this.fail(new ConsumerCanceled(this.queue));
  }

  /** @internal */
  onDelivery(subscription: Subscription, delivery: ConsumeMessage): void {
    this.delivered.push({ subscription, delivery });
    this.handleNext();
  }

  /** One message at a time, in order. */
  private handleNext(): void {
    while (!this.inHand && !this.isStopping) {
      const next = this.delivered.shift();
      if (!next) return;
      // What came on a dead channel comes again.
      if (next.subscription === this.subscription) this.handle(next);
    }
  }

  private handle(delivered: Delivered): void {
    let message: Message<object>;
    try {
      message = this.context.codec.decode(delivered.delivery, this.queue);
    } catch (error) {
      if (error instanceof ValidationError)
        delivered.subscription.acknowledgements.reject(delivered.delivery);
      else this.onFailed(delivered, `${this.name} could not read a message`, error);
      return;
    }
    this.context.statistics.received++;
    let returned: unknown;
    try {
      returned = this.handler(message);
    } catch (error) {
      this.onThrown(delivered, message, error);
      return;
    }
    if (!isPromise(returned)) {
      this.onHandled(delivered);
      return;
    }
    this.inHand = this.settle(returned, delivered, message);
  }

  private async settle(
    returned: Promise<unknown>,
    delivered: Delivered,
    message: Message<object>,
  ): Promise<void> {
    try {
      await returned;
      this.onHandled(delivered);
    } catch (error) {
      this.onThrown(delivered, message, error);
    } finally {
      this.inHand = undefined;
    }
    this.handleNext();
  }

  private onHandled({ subscription, delivery }: Delivered): void {
    subscription.acknowledgements.ack(delivery);
    this.context.statistics.processed++;
  }

  private onThrown(delivered: Delivered, message: Message<object>, error: unknown): void {
    const { statistics } = this.context;
    const { acknowledgements } = delivered.subscription;
    if (error instanceof Nack) {
      acknowledgements.requeue(delivered.delivery);
      statistics.rejected++;
    } else if (error instanceof Drop) {
      acknowledgements.reject(delivered.delivery);
      statistics.dropped++;
    } else if (error instanceof HaltConsumer) {
      if (error.requeue) {
        acknowledgements.requeue(delivered.delivery);
        statistics.rejected++;
      } else {
        this.onHandled(delivered);
      }
      this.logger.log(`The consumer ${this.name} of queue '${this.queue}' halts: ${error.message}`);
      void this.stop(error);
    } else {
      this.onFailed(delivered, `${this.name} failed on ${nameOf(message)}`, error);
    }
  }

  /** An error that is not an outcome: everything unacknowledged goes back, and the consumer stops. */
  private onFailed({ delivery }: Delivered, what: string, error: unknown): void {
    this.context.statistics.failed++;
    const failure = error instanceof Error ? error : new Error(String(error));
    this.logger.error(
      `${what} (routing key "${delivery.fields.routingKey}"), so the consumer of queue '${this.queue}' stops and its messages go back: ${failure.message}`,
      failure.stack,
    );
    void this.stop(failure);
  }

  /** Stops because it can't go on. */
  private fail(reason: Error): void {
    if (this.isStopping) return;
    this.logger.error(`The consumer ${this.name} of queue '${this.queue}' stops: ${reason.message}`);
    void this.stop(reason);
  }

  /** Stops for good, with what stopped it as the result. */
  private async stop(reason: Error): Promise<void> {
    if (this.isStopping) return;
    this.stopped.abort();
    const { subscription } = this;
    await subscription?.cancel();
    await this.inHand;
    await subscription?.close();
    this.finish(reason);
  }

  private finish(reason?: Error): void {
    if (this.isDone) return;
    this.isDone = true;
    this.stopped.abort();
    this.subscription = undefined;
    this.delivered.length = 0;
    this.onDone(this);
    if (reason) this.rejectResult(reason);
    else this.resolveResult();
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

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
