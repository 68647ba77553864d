import { ConsumerCanceled, describeError, HaltConsumer } from '../../exceptions/index.js';
import { settlesWithin } from '../../time-limits/index.js';
import type { MessageHandler } from '../consumer-callback.js';
import type { ConsumerPlan } from '../consumer-plan.js';
import { DeliveryHandler, type HandlingContext } from '../delivery/delivery-handler.js';
import type { ObservedConsumer } from '../delivery/delivery-observer.js';
import { MessagesInHand } from '../delivery/messages-in-hand.js';
import type { ErrorPolicy } from '../failure/error-policy.js';
import type { RunningConsumer } from '../running-consumer.interface.js';
import type { Openings } from './openings.js';
import { Subscriber } from './subscriber.js';
import type { Subscription } from './subscription.js';
import { Wish } from './wish.js';

/** The parts of the application that a consumer needs. */
export interface ConsumerSurroundings extends HandlingContext {
  readonly openings: Openings;
  /** Called once, when the consumer has stopped for good and its `result` is settled. */
  readonly onDone: (consumer: QueueConsumer) => void;
  /** Called once, when the consumer has stopped and has no message in hand. */
  readonly onEnded: (consumer: QueueConsumer) => void;
}

/**
 * The consumer of one queue. It moves step by step to the state that its {@link Wish} says: consuming, paused or
 * stopped.
 */
export class QueueConsumer implements ObservedConsumer {
  readonly result: Promise<void>;
  readonly inHand: MessagesInHand;
  readonly deliveries: DeliveryHandler;
  private readonly subscriber: Subscriber;
  private readonly wish = new Wish();
  private subscription: Subscription | undefined;
  private queueName: string;
  /** Runs while the wish is not fulfilled. */
  private settling: Promise<void> | undefined;
  private isDone = false;
  private isEnded = false;
  /** The error that makes the consumer stop; `stoppedBy` has it once the consumer has stopped. */
  private failure: Error | undefined;
  private stoppedBy: Error | undefined;
  private resolveResult!: () => void;
  private rejectResult!: (reason: Error) => void;

  constructor(
    readonly name: string,
    readonly handler: MessageHandler,
    readonly plan: ConsumerPlan,
    private readonly policy: ErrorPolicy,
    private readonly surroundings: ConsumerSurroundings,
  ) {
    const { openings, logger } = surroundings;
    this.queueName = plan.queue;
    this.subscriber = new Subscriber(this, plan, openings, logger);
    this.deliveries = new DeliveryHandler(this, handler, policy, surroundings, (pending, delay) =>
      this.inHand.retryLater(pending, delay),
    );
    this.inHand = new MessagesInHand(
      this.deliveries,
      plan.concurrency,
      () => this.wish.isToConsume,
      (reason) => this.onVerdict(reason),
    );
    this.result = new Promise((resolve, reject) => {
      this.resolveResult = resolve;
      this.rejectResult = reject;
    });
    this.result.catch(() => undefined);
  }

  get queue(): string {
    return this.queueName;
  }

  get isConsuming(): boolean {
    return this.wish.isToConsume && this.subscription?.isAlive === true;
  }

  get isPaused(): boolean {
    return this.wish.isToPause;
  }

  get error(): Error | undefined {
    return this.stoppedBy;
  }

  /** The fields that `JSON.stringify()` shows. */
  toJSON(): Pick<RunningConsumer, 'name' | 'queue' | 'isConsuming' | 'isPaused'> {
    const { name, queue, isConsuming, isPaused } = this;
    return { name, queue, isConsuming, isPaused };
  }

  /** Whether the consumer has ever been subscribed. */
  get wasStarted(): boolean {
    return this.subscriber.hasSucceeded;
  }

  /** Whether stopping has to wait for a message in hand. */
  get isAtWork(): boolean {
    return this.inHand.areAwaited;
  }

  async countRetriesInBroker(): Promise<number | undefined> {
    return this.subscription?.countRetries();
  }

  /**
   * Subscribes for the first time. A consumer that is paused instead subscribes when it is resumed.
   *
   * @throws BadDeclaration, PermissionException, NoFreeChannels, ConnectionException
   */
  async start(): Promise<void> {
    await this.settle();
    if (!this.wasStarted && this.failure) throw this.failure;
    await this.policy.assertPermitted?.().catch(async (error: unknown) => {
      await this.cancel();
      throw error;
    });
  }

  async cancel(limit = Infinity): Promise<void> {
    if (this.isEnded) return;
    this.wish.stop();
    const settled = this.settle();
    if (!(await settlesWithin(settled, limit))) this.giveUp(limit);
    await settled;
  }

  pause(): Promise<void> {
    this.wish.pause();
    return this.settle();
  }

  async resume(): Promise<void> {
    if (this.wish.isToStop) return;
    this.wish.resume();
    await (this.wasStarted ? this.settle() : this.start());
  }

  /** Whether the wish is fulfilled. */
  private get isSettled(): boolean {
    if (this.wish.isToConsume) return this.subscription?.isAlive === true;
    if (this.subscription || this.inHand.areAwaited) return false;
    return !this.wish.isToStop || this.isEnded;
  }

  /**
   * Resolves when the wish is fulfilled. The wish may change meanwhile, any number of times, and the connection may
   * be lost: one loop goes on, step by step, until the last wish is fulfilled.
   */
  private settle(): Promise<void> {
    if (this.isSettled) return Promise.resolve();
    // The loop starts later in this turn, because its first step may call this method.
    this.settling ??= Promise.resolve().then(() => this.fulfil());
    return this.settling;
  }

  private async fulfil(): Promise<void> {
    while (!this.isSettled) {
      try {
        if (this.wish.isToConsume && !this.subscription) await this.subscribe();
        else await this.unsubscribe();
        if (this.wish.isToStop) this.end();
      } catch (error) {
        this.fail(error as Error);
      }
    }
    // Cleared in the same turn as the last check: a later wish starts a new loop, and never finds one that is about
    // to end.
    this.settling = undefined;
  }

  private async subscribe(): Promise<void> {
    const subscription = await this.subscriber.subscribe(this.wish.signal);
    if (!subscription) return;
    this.subscription = subscription;
    this.queueName = subscription.queue;
    subscription.begin({
      onDelivery: (pending) => this.inHand.add(pending),
      onCanceled: () => void this.recover(subscription),
      onLost: (reason) => this.onLost(reason),
    });
  }

  private onLost(reason: string): void {
    this.subscription = undefined;
    this.subscriber.subscriptionEnded();
    this.inHand.forgetWaiting();
    if (!this.wish.isToConsume) return;
    this.surroundings.logger.warn(
      `The consumer ${this.name} of queue '${this.queue}' lost its channel: ${reason}; subscribing again`,
    );
    void this.settle();
  }

  /**
   * Subscribes again after the broker has cancelled, unless the queue is gone. The broker also cancels when the node
   * of a queue fails: then the queue may come back, or move to another node.
   */
  private async recover(subscription: Subscription): Promise<void> {
    if (!this.wish.isToConsume) return;
    const isGone = await subscription.isQueueGone();
    if (this.subscription !== subscription || !this.wish.isToConsume) return;
    if (isGone) {
      this.fail(new ConsumerCanceled(this.queue));
      return;
    }
    this.surroundings.logger.warn(
      `The broker cancelled the consumer ${this.name} of queue '${this.queue}', but has not deleted the queue; subscribing again`,
    );
    this.subscriber.subscriptionEnded();
    await this.settle();
  }

  private onVerdict(reason: Error): void {
    if (reason instanceof HaltConsumer && !this.wish.isToStop) this.logHalt(reason);
    this.stop(reason);
  }

  private logHalt(halt: HaltConsumer): void {
    const { exitCode } = halt;
    const halts = `The consumer ${this.name} of queue '${this.queue}' halts`;
    if (exitCode === 0) this.surroundings.logger.log(`${halts}: ${describeError(halt)}`);
    else this.surroundings.logger.error(`${halts} with exit code ${exitCode}: ${describeError(halt)}`);
  }

  /**
   * Stops because of an error. An error before the first subscription is not logged: the caller of `start()` gets it.
   */
  private fail(reason: Error): void {
    if (this.wasStarted && !this.wish.isToStop) {
      this.surroundings.logger.error(
        `The consumer ${this.name} of queue '${this.queue}' stops: ${describeError(reason)}`,
      );
    }
    this.stop(reason);
  }

  /** Stops for good; `result` rejects with the reason. */
  private stop(reason: Error): void {
    if (!this.wish.isToStop) {
      this.failure = reason;
      this.wish.stop();
    }
    this.inHand.lookAgain();
    void this.settle();
  }

  /** Ends the subscription after the messages in hand. Everything unacknowledged goes back. */
  private async unsubscribe(): Promise<void> {
    const { subscription } = this;
    this.inHand.forgetWaiting();
    // If that fails, the channel is gone, and its messages have gone back.
    await subscription?.cancel().catch(() => undefined);
    await this.whileInHand();
    // Messages arrive until the broker has answered: they come again on the next channel.
    this.inHand.forgetWaiting();
    if (this.subscription === subscription) this.subscription = undefined;
    await subscription?.close().catch(() => undefined);
  }

  /** Waits for the messages in hand, until they are finished or given up. */
  private async whileInHand(): Promise<void> {
    while (this.inHand.areAwaited) {
      // The error that stopped the consumer is visible at once.
      if (this.failure) {
        this.inHand.giveBack();
        this.finish();
      }
      await this.inHand.whenChanged();
    }
  }

  private giveUp(limit: number): void {
    if (!this.inHand.areAwaited) return;
    this.inHand.giveUp();
    this.surroundings.logger.warn(
      `The consumer ${this.name} of queue '${this.queue}' did not finish its message within ${limit} ms of stopping; the message goes back into the queue`,
    );
  }

  /** The consumer has stopped, and has no subscription. */
  private end(): void {
    this.finish();
    if (this.isEnded) return;
    this.isEnded = true;
    this.surroundings.onEnded(this);
  }

  private finish(): void {
    if (this.isDone) return;
    this.isDone = true;
    this.stoppedBy = this.failure;
    if (this.failure) this.rejectResult(this.failure);
    else this.resolveResult();
    this.surroundings.onDone(this);
  }
}
