import { setTimeout as delay } from 'node:timers/promises';
import type { Subject } from 'rxjs';
import { BackOff, type BrokerConnection, isPassingRefusal, reasonOf } from '../broker/index.js';
import {
  BadDeclaration,
  ConnectionException,
  ConsumerCanceled,
  HaltConsumer,
  PermissionException,
} from '../exceptions/index.js';
import { LibraryLogger } from '../logging/index.js';
import type { MessageCodec } from '../message/index.js';
import type { MessageHandler } from './consumer-callback.js';
import type { ConsumerPlan } from './consumer-plan.js';
import type { ConsumedStatistics } from './consumer-statistics.js';
import type { Delivery } from './delivery.js';
import { DeliveryHandler } from './delivery-handler.js';
import type { DeliveryObserver } from './delivery-observer.js';
import { DeliveryQueue } from './delivery-queue.js';
import type { ErrorPolicy } from './error-policy.js';
import type { FedoraMessagingContext } from './fedora-messaging-context.js';
import { Subscription, type SubscriptionSettings } from './subscription.js';

const FIRST_RETRY_DELAY = 100;
const LONGEST_RETRY_DELAY = 10_000;

/** What a running consumer needs from its surroundings. */
export interface RunningConsumerContext {
  readonly connection: BrokerConnection;
  readonly codec: MessageCodec;
  readonly settings: SubscriptionSettings;
  readonly statistics: ConsumedStatistics;
  /** Told of every valid message, when it is handed to its handler. */
  readonly received: Subject<FedoraMessagingContext>;
  /** Called once, when the consumer has stopped for good. */
  readonly onDone: (consumer: RunningConsumer) => void;
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
  private subscribing: Promise<void> | undefined;
  private pausing: Promise<void> | undefined;
  private queueName: string;
  private readonly stopped = new AbortController();
  private readonly subscribingBackOff = new BackOff(FIRST_RETRY_DELAY, LONGEST_RETRY_DELAY);
  private subscribedAt = 0;
  /** The last subscription ended by itself, and the next one has to wait for a while. */
  private isToBackOff = false;
  private paused = false;
  private hasStarted = false;
  private isDone = false;
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
      (reason) => this.stop(reason),
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
    return this.subscription !== undefined && this.subscription.isAlive && !this.isStopping;
  }

  /** Whether it has been paused. */
  get isPaused(): boolean {
    return this.paused;
  }

  /** @internal Whether it has ever been subscribed. */
  get wasStarted(): boolean {
    return this.hasStarted;
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
    if (this.isDone) return;
    this.stopped.abort();
    await this.unsubscribe(limit);
    this.finish(undefined);
  }

  /**
   * Stops receiving messages until `resume()`, also across connections. The message in hand is finished;
   * those the broker sent ahead go back into the queue.
   */
  async pause(): Promise<void> {
    if (this.paused || this.isStopping) return;
    this.paused = true;
    this.pausing = this.unsubscribe(Infinity);
    await this.pausing;
  }

  /** Receives messages again; resolves when it is subscribed. */
  async resume(): Promise<void> {
    if (!this.paused || this.isStopping) return;
    await this.pausing;
    this.paused = false;
    await this.subscribeAgain();
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

  private get isStopping(): boolean {
    return this.stopped.signal.aborted;
  }

  private get isWanted(): boolean {
    return !this.paused && !this.isStopping;
  }

  /** Subscribes on the connection that is up or on the next one; tries again until an error is final. */
  private async subscribe(isFinal: (error: unknown) => boolean): Promise<void> {
    if (this.isToBackOff) await this.backOff();
    while (this.isWanted) {
      try {
        const model = await this.context.connection.connect();
        const subscription = await Subscription.open(model, this.plan, this.context.settings);
        if (!this.isWanted) {
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
        if (isFinal(error)) throw error;
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
    const wait = this.subscribingBackOff.next();
    await delay(wait, undefined, { signal: this.stopped.signal }).catch(() => undefined);
  }

  /** Only one subscription at a time, however often it is lost, paused and resumed. */
  private subscribeAgain(): Promise<void> {
    if (!this.isWanted || this.subscription) return Promise.resolve();
    this.subscribing ??= this.subscribeWhileWanted();
    return this.subscribing;
  }

  private async subscribeWhileWanted(): Promise<void> {
    try {
      while (this.isWanted && !this.subscription) {
        await this.subscribe((error) => isFatal(error) && !isPassingRefusal(error));
      }
    } catch (error) {
      this.fail(error as Error);
    } finally {
      this.subscribing = undefined;
    }
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
    void this.subscribeAgain();
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
    await this.unsubscribe(Infinity);
    this.subscriptionEnded();
    await this.subscribeAgain();
  }

  /** @internal */
  onDelivery(subscription: Subscription, delivery: Delivery): void {
    if (this.subscription === subscription) this.deliveries.add(delivery);
  }

  /** Stops because it can't go on. */
  private fail(reason: Error): void {
    if (this.isStopping) return;
    this.logger.error(`The consumer ${this.name} of queue '${this.queue}' stops: ${reason.message}`);
    this.stop(reason);
  }

  /** Stops for good, with what stopped it as the result. */
  private stop(reason: Error): void {
    if (this.isStopping) return;
    if (reason instanceof HaltConsumer) {
      const { exitCode, message } = reason;
      const halts = `The consumer ${this.name} of queue '${this.queue}' halts`;
      if (exitCode === 0) this.logger.log(`${halts}: ${message}`);
      else this.logger.error(`${halts} with exit code ${exitCode}: ${message}`);
    }
    this.stopped.abort();
    void this.unsubscribe(Infinity).then(() => this.finish(reason));
  }

  /** Ends the subscription after the message in hand; everything unacknowledged goes back. */
  private async unsubscribe(limit: number): Promise<void> {
    const { subscription } = this;
    this.deliveries.clear();
    if (subscription) await subscription.cancel();
    const inHand = this.deliveries.whenIdle();
    if (inHand) await this.whenSettled(inHand, limit);
    if (this.subscription === subscription) this.subscription = undefined;
    if (subscription) await subscription.close();
  }

  private async whenSettled(inHand: Promise<void>, limit: number): Promise<void> {
    if (limit === Infinity) return inHand;
    const timer = new AbortController();
    const tooLate = delay(limit, true, { signal: timer.signal }).catch(() => false);
    const isTooLate = await Promise.race([inHand.then(() => false), tooLate]);
    timer.abort();
    if (isTooLate) {
      this.logger.warn(
        `The consumer ${this.name} of queue '${this.queue}' has had a message in hand for more than ${limit} ms since it was to stop; the message goes back into the queue`,
      );
    }
  }

  private finish(reason: Error | undefined): void {
    if (this.isDone) return;
    this.isDone = true;
    this.stopped.abort();
    this.stoppedBy = reason;
    if (reason) this.rejectResult(reason);
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
