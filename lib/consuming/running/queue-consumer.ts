import { setTimeout as delay } from 'node:timers/promises';
import type { Subject } from 'rxjs';
import {
  BackOff,
  type BrokerConnection,
  isPassingRefusal,
  LONGEST_TIMEOUT,
  reasonOf,
} from '../../broker/index.js';
import {
  BadDeclaration,
  ConnectionException,
  ConsumerCanceled,
  describeError,
  HaltConsumer,
  PermissionException,
} from '../../exceptions/index.js';
import { LibraryLogger } from '../../logging/index.js';
import type { MessageCodec } from '../../message/index.js';
import type { MessageHandler } from '../consumer-callback.js';
import type { ConsumerPlan } from '../consumer-plan.js';
import type { ConsumedStatistics } from '../consumer-statistics.js';
import type { Delivery } from '../delivery/pending-delivery.js';
import { DeliveryHandler } from '../delivery/delivery-handler.js';
import type { DeliveryObserver } from '../delivery/delivery-observer.js';
import { DeliveryQueue } from '../delivery/delivery-queue.js';
import type { ErrorPolicy } from '../failure/error-policy.js';
import type { FedoraMessagingContext } from '../fedora-messaging-context.js';
import { Subscription, type SubscriptionSettings } from './subscription.js';

/** What a running consumer needs from its surroundings. */
export interface RunningConsumerContext {
  readonly connection: BrokerConnection;
  readonly codec: MessageCodec;
  readonly settings: SubscriptionSettings;
  readonly statistics: ConsumedStatistics;
  /** Told of every valid message, when it is handed to its handler. */
  readonly received: Subject<FedoraMessagingContext>;
  /** Called once, when the consumer has stopped for good, and its `result` is known. */
  readonly onDone: (consumer: RunningConsumer) => void;
  /** Called once, when it has no message in hand any more either. */
  readonly onEnded: (consumer: RunningConsumer) => void;
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

  private readonly logger = new LibraryLogger();
  private readonly deliveries: DeliveryQueue;
  private subscription: Subscription | undefined;
  /** What makes so what is wanted, as long as it is not so. */
  private settling: Promise<void> | undefined;
  private queueName: string;
  private readonly subscribingBackOff: BackOff;
  private subscribedAt = 0;
  /** The last subscription ended by itself, and the next one has to wait for a while. */
  private isToBackOff = false;
  /** Aborted when the consumer is not to consume any more: until it is resumed, or for good. */
  private wish = new AbortController();
  private paused = false;
  private isStopping = false;
  private hasStarted = false;
  private isDone = false;
  private isEnded = false;
  /** Messages in hand are not waited for any more. */
  private hasGivenUp = false;
  /** Lets what waits for messages in hand look again at what is wanted. */
  private lookAgain: (() => void) | undefined;
  /** What it stops with, once it does. */
  private failure: Error | undefined;
  /** What it stops because of, and has not settled. */
  private readonly unsettled: Delivery[] = [];
  private stoppedBy: Error | undefined;
  private resolveResult!: () => void;
  private rejectResult!: (reason: Error) => void;

  /** @internal Consumers are started by `consume()` or by decorating a handler. */
  constructor(
    /** Who handles the messages, for logs: the class and method of a handler. */
    readonly name: string,
    handler: MessageHandler,
    private readonly plan: ConsumerPlan,
    policy: ErrorPolicy,
    private readonly context: RunningConsumerContext,
    observer?: DeliveryObserver,
  ) {
    this.queueName = plan.queue;
    this.subscribingBackOff = BackOff.ofReconnecting(context.settings.reconnect);
    const deliveryHandler = new DeliveryHandler(
      this,
      handler,
      context.codec,
      context.statistics,
      context.received,
      policy,
      observer,
    );
    this.deliveries = new DeliveryQueue(
      (delivery) => deliveryHandler.handle(delivery),
      plan.concurrency,
      () => this.isWanted,
      (reason, delivery) => this.onVerdict(reason, delivery),
    );
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

  /** Whether it is subscribed to its queue right now. */
  get isConsuming(): boolean {
    return this.isWanted && this.isSubscribed;
  }

  /** Whether it has been paused. */
  get isPaused(): boolean {
    return this.paused;
  }

  /** @internal Whether it has ever been subscribed. */
  get wasStarted(): boolean {
    return this.hasStarted;
  }

  /** @internal Whether it has had a message in hand since this was asked the last time. */
  takeActivity(): boolean {
    return this.deliveries.takeActivity();
  }

  /** What stopped it; undefined while it runs, and when it was cancelled. */
  get error(): Error | undefined {
    return this.stoppedBy;
  }

  /**
   * Stops consuming. A message in hand is finished and acknowledged first; those the broker sent ahead
   * go back into the queue. The handler itself must not wait for it: throw HaltConsumer there.
   *
   * @param limit how long the message in hand may take, in milliseconds; then it goes back, too.
   *   Default: as long as it takes.
   */
  async cancel(limit = Infinity): Promise<void> {
    if (this.isEnded) return;
    this.isStopping = true;
    this.wish.abort();
    const timer = limit <= LONGEST_TIMEOUT ? setTimeout(() => this.giveUp(limit), limit) : undefined;
    await this.settle();
    clearTimeout(timer);
  }

  /**
   * Stops receiving messages until `resume()`, also across connections. The message in hand is finished;
   * those the broker sent ahead go back into the queue. Resolves when that is so. Where `resume()` is called before, it
   * resolves with that. A handler that waits for it waits for itself.
   */
  pause(): Promise<void> {
    if (!this.isStopping) {
      this.paused = true;
      this.wish.abort();
    }
    return this.settle();
  }

  /** Receives messages again; resolves when it is subscribed. Where `pause()` is called before, it resolves with that. */
  async resume(): Promise<void> {
    if (this.isStopping) return;
    if (this.paused) {
      this.paused = false;
      this.wish = new AbortController();
    }
    await this.settle();
  }

  /**
   * Subscribes for the first time.
   *
   * @internal
   * @throws BadDeclaration, PermissionException, NoFreeChannels, ConnectionException
   */
  async start(): Promise<void> {
    await this.settle();
    if (!this.hasStarted && this.failure) throw this.failure;
  }

  private get isWanted(): boolean {
    return !this.paused && !this.isStopping;
  }

  private get isSubscribed(): boolean {
    return this.subscription?.isAlive === true;
  }

  /** Whether what is wanted is so. */
  private get isSettled(): boolean {
    if (this.isWanted) return this.isSubscribed;
    if (this.subscription || (this.deliveries.whenIdle() && !this.hasGivenUp)) return false;
    return !this.isStopping || this.isEnded;
  }

  /**
   * Resolves when what is wanted is so. It may be wanted otherwise meanwhile, any number of times, and the connection
   * may be lost: one loop goes on, one step after the other, until the last wish is fulfilled.
   */
  private settle(): Promise<void> {
    if (this.isSettled) return Promise.resolve();
    // Later in this turn: the first step may come here again.
    this.settling ??= Promise.resolve().then(() => this.fulfil());
    return this.settling;
  }

  private async fulfil(): Promise<void> {
    while (!this.isSettled) {
      try {
        if (this.isWanted && !this.subscription) await this.subscribe();
        else await this.unsubscribe();
        if (this.isStopping) this.end();
      } catch (error) {
        this.fail(error as Error);
      }
    }
    // In the turn of the last look: what is wanted later finds no loop that is about to end.
    this.settling = undefined;
  }

  /** Subscribes on the connection that is up or on the next one; tries again until an error is final. */
  private async subscribe(): Promise<void> {
    const { signal } = this.wish;
    if (this.isToBackOff) await this.backOff();
    while (!signal.aborted) {
      try {
        const model = await unlessAborted(this.context.connection.connect(), signal);
        if (!model) return;
        const subscription = await Subscription.open(model, this.plan, this.context.settings);
        if (signal.aborted) {
          await subscription.close();
          return;
        }
        this.subscription = subscription;
        this.queueName = subscription.queue;
        this.hasStarted = true;
        this.subscribedAt = performance.now();
        subscription.begin(this);
        return;
      } catch (error) {
        if (signal.aborted) return;
        if (isFatal(error) && !(this.hasStarted && isPassingRefusal(error))) throw error;
        this.logger.warn(
          `The consumer ${this.name} of queue '${this.queue}' could not subscribe: ${reasonOf(error)}; trying again`,
        );
        await this.backOff();
      }
    }
  }

  /** How long the last subscription lasted says how long the next one waits. */
  private subscriptionEnded(): void {
    this.subscribingBackOff.lasted(performance.now() - this.subscribedAt);
    this.isToBackOff = true;
  }

  private async backOff(): Promise<void> {
    this.isToBackOff = false;
    const { signal } = this.wish;
    await delay(this.subscribingBackOff.next(), undefined, { signal }).catch(() => undefined);
  }

  /** @internal */
  onLost(subscription: Subscription, reason: string): void {
    if (this.subscription !== subscription) return;
    this.subscription = undefined;
    this.subscriptionEnded();
    this.deliveries.clear();
    if (!this.isWanted) return;
    this.logger.warn(
      `The consumer ${this.name} of queue '${this.queue}' lost its channel: ${reason}; subscribing again`,
    );
    void this.settle();
  }

  /** @internal */
  onCanceled(subscription: Subscription): void {
    if (this.subscription === subscription && this.isWanted) void this.recover(subscription);
  }

  /** The broker also cancels when the node of a queue goes: the queue may come back, or be elsewhere. */
  private async recover(subscription: Subscription): Promise<void> {
    const isGone = await subscription.isQueueGone();
    if (this.subscription !== subscription || !this.isWanted) return;
    if (isGone) {
      this.fail(new ConsumerCanceled(this.queue));
      return;
    }
    this.logger.warn(
      `The broker cancelled the consumer ${this.name} of queue '${this.queue}', but has not deleted the queue; subscribing again`,
    );
    this.subscriptionEnded();
    await this.settle();
  }

  /** @internal */
  onDelivery(subscription: Subscription, delivery: Delivery): void {
    if (this.subscription === subscription) this.deliveries.add(delivery);
  }

  private onVerdict(reason: Error, delivery: Delivery): void {
    this.unsettled.push(delivery);
    if (reason instanceof HaltConsumer && !this.isStopping) this.logHalt(reason);
    this.stop(reason);
  }

  private logHalt(halt: HaltConsumer): void {
    const { exitCode } = halt;
    const halts = `The consumer ${this.name} of queue '${this.queue}' halts`;
    if (exitCode === 0) this.logger.log(`${halts}: ${describeError(halt)}`);
    else this.logger.error(`${halts} with exit code ${exitCode}: ${describeError(halt)}`);
  }

  /** Stops because it can't go on. Who starts a consumer in vain is told by an exception. */
  private fail(reason: Error): void {
    if (this.hasStarted && !this.isStopping) {
      this.logger.error(`The consumer ${this.name} of queue '${this.queue}' stops: ${describeError(reason)}`);
    }
    this.stop(reason);
  }

  /** Stops for good, with what stopped it as the result. */
  private stop(reason: Error): void {
    if (!this.isStopping) {
      this.isStopping = true;
      this.failure = reason;
      this.wish.abort();
    }
    this.lookAgain?.();
    void this.settle();
  }

  /** Ends the subscription after the message in hand; everything unacknowledged goes back. */
  private async unsubscribe(): Promise<void> {
    const { subscription } = this;
    this.deliveries.clear();
    // Where ending it fails, its channel is gone, and all that it had has gone back.
    await subscription?.cancel().catch(() => undefined);
    await this.whileInHand();
    if (this.subscription === subscription) this.subscription = undefined;
    await subscription?.close().catch(() => undefined);
  }

  /** Waits for the messages in hand, for as long as they take, or until that is given up. */
  private async whileInHand(): Promise<void> {
    for (;;) {
      const inHand = this.deliveries.whenIdle();
      if (!inHand || this.hasGivenUp) return;
      // What has stopped the consumer shows at once, and what waits behind it does not wait for other messages.
      if (this.failure) {
        for (const delivery of [...this.unsettled.splice(0), ...this.deliveries.clear()]) delivery.giveBack();
        this.finish();
      }
      await Promise.race([inHand, new Promise<void>((resolve) => (this.lookAgain = resolve))]);
    }
  }

  private giveUp(limit: number): void {
    if (!this.deliveries.whenIdle()) return;
    this.hasGivenUp = true;
    this.lookAgain?.();
    this.logger.warn(
      `The consumer ${this.name} of queue '${this.queue}' has had a message in hand for more than ${limit} ms since it was to stop; the message goes back into the queue`,
    );
  }

  /** It has stopped, and is subscribed to nothing any more. */
  private end(): void {
    this.finish();
    if (this.isEnded) return;
    this.isEnded = true;
    this.context.onEnded(this);
  }

  private finish(): void {
    if (this.isDone) return;
    this.isDone = true;
    this.stoppedBy = this.failure;
    if (this.failure) this.rejectResult(this.failure);
    else this.resolveResult();
    this.context.onDone(this);
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

/** What a promise resolves with; undefined when the signal comes first. What it rejects with later is nobody's business. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  if (signal.aborted) return undefined;
  let onAbort!: () => void;
  const aborted = new Promise<undefined>((resolve) => (onAbort = () => resolve(undefined)));
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
