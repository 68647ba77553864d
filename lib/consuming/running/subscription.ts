import {
  bindQueue,
  type Channel,
  closeChannel,
  type ConsumeMessage,
  declareExchanges,
  declareQueue,
  isPassingRefusal,
  type OpenConnection,
  reasonOf,
  ReplyCode,
  replyCodeOf,
  unreadableHeadersOf,
} from '../../broker/index.js';
import type { ExchangeOptions, FedoraMessagingSettings } from '../../config/index.js';
import { FedoraMessagingException } from '../../exceptions/index.js';
import type { LibraryLogger } from '../../logging/index.js';
import { nameOfDelivery } from '../../message/index.js';
import type { ConsumerPlan } from '../consumer-plan.js';
import { Acknowledgements } from '../delivery/acknowledgements.js';
import { PendingDelivery } from '../delivery/pending-delivery.js';
import { type StreamPosition, StreamRun } from '../delivery/stream-position.js';
import { declareAuxiliaryQueue } from './auxiliary-queues.js';
import { ChannelConsumer } from './channel-consumer.js';
import { DeliveryWindow } from './delivery-window.js';
import { warnOfReturn } from './quorum-queue.js';

/** The settings that a subscription needs. */
export type SubscriptionSettings = Pick<
  FedoraMessagingSettings,
  'exchanges' | 'passiveDeclares' | 'reconnect'
>;

/** Receives the events of a subscription. */
export interface SubscriptionEvents {
  onDelivery(pending: PendingDelivery): void;
  /** The broker cancelled the subscription. */
  onCanceled(): void;
  /** The channel is gone, alone or with the connection. */
  onLost(reason: string): void;
}

const CANCELED = 'canceled';

/** One subscription of a consumer on one channel: from the declaration of its queue to the channel's end. */
export class Subscription {
  readonly acknowledgements: Acknowledgements;
  private readonly consumer: ChannelConsumer;
  private readonly window: DeliveryWindow;
  private channelError: Error | undefined;
  /** The channel is closed or gone: no further events are sent. */
  private isOver = false;
  /** The application or the broker has cancelled the subscription. */
  private isCanceled = false;
  private events: SubscriptionEvents | undefined;
  /** Events that arrive before {@link begin}. */
  private early: (PendingDelivery | typeof CANCELED)[] = [];

  private constructor(
    private readonly connection: OpenConnection,
    private readonly channel: Channel,
    /** The queue's name, also when the broker chose it. */
    readonly queue: string,
    private readonly plan: ConsumerPlan,
    { passiveDeclares }: SubscriptionSettings,
    private readonly logger: LibraryLogger,
    position: StreamPosition | undefined,
  ) {
    this.window = new DeliveryWindow(plan, connection, passiveDeclares, (count) =>
      this.consumer.restart(count),
    );
    const run = position && new StreamRun(position, (reason) => this.giveUp(reason));
    this.acknowledgements = new Acknowledgements(channel, (error) => this.giveUp(error), run ?? this.window);
    const args = position?.arguments ?? plan.consumeArguments;
    this.consumer = new ChannelConsumer(channel, queue, args, (delivery) => {
      if (delivery) this.deliver(delivery);
      else this.canceled();
    });
    channel.on('close', () => this.lost());
  }

  /**
   * Declares the queue, binds it and consumes it, on a channel of its own. Deliveries are held until {@link begin}.
   *
   * @param position where to go on, if the queue is a stream
   * @throws BadDeclaration, PermissionException, NoFreeChannels
   */
  static async open(
    connection: OpenConnection,
    plan: ConsumerPlan,
    settings: SubscriptionSettings,
    logger: LibraryLogger,
    position?: StreamPosition,
  ): Promise<Subscription> {
    const channel = await connection.openChannel();
    let channelError: Error | undefined;
    channel.on('error', (error: Error) => (channelError = error));
    try {
      await declareExchanges(channel, exchangesOf(plan, settings), settings.passiveDeclares);
      const { passiveDeclares } = settings;
      const queue = await declareQueue(channel, plan.queue, plan.options, passiveDeclares, plan.bindings);
      await bindQueue(channel, queue, plan.bindings);
      for (const auxiliary of plan.auxiliaryQueues)
        await declareAuxiliaryQueue(connection, auxiliary, settings.passiveDeclares, logger);
      const subscription = new Subscription(connection, channel, queue, plan, settings, logger, position);
      channel.on('error', (error: Error) => (subscription.channelError = error));
      await subscription.consumer.start(subscription.window.initialPrefetch);
      return subscription;
    } catch (error) {
      await closeChannel(channel);
      // The error of the closed channel says more than the failure of a pending request.
      throw channelError && replyCodeOf(error) === undefined && !(error instanceof FedoraMessagingException)
        ? channelError
        : error;
    }
  }

  /** Sends deliveries and the end of the subscription to `events` from now on. */
  begin(events: SubscriptionEvents): void {
    this.events = events;
    if (this.isOver) {
      events.onLost(this.reason);
      return;
    }
    for (const event of this.early.splice(0)) this.pass(event);
  }

  /** Ends the deliveries. */
  async cancel(): Promise<void> {
    this.isCanceled = true;
    this.acknowledgements.flush();
    this.acknowledgements.end();
    await this.consumer.cancel();
  }

  /** The version of RabbitMQ, as far as it is known. */
  get rabbitMqVersion(): string | undefined {
    return this.connection.rabbitMqVersion;
  }

  /** Whether deliveries still come. */
  get isAlive(): boolean {
    return !this.isOver && !this.isCanceled;
  }

  /** Whether the queue has been deleted, as far as the broker can tell. */
  async isQueueGone(): Promise<boolean> {
    try {
      await this.countMessages([this.queue]);
      return false;
    } catch (error) {
      return replyCodeOf(error) === ReplyCode.NOT_FOUND && !isPassingRefusal(error);
    }
  }

  /** How many messages wait in the broker for their next attempt. */
  async countRetries(): Promise<number> {
    const queues = this.plan.auxiliaryQueues.filter(({ holds }) => holds === 'retries');
    return queues.length === 0 ? 0 : this.countMessages(queues.map(({ name }) => name));
  }

  private async countMessages(queues: readonly string[]): Promise<number> {
    const probe = await this.connection.openChannel();
    // The rejection of checkQueue() has the same error.
    probe.on('error', () => undefined);
    try {
      let sum = 0;
      for (const queue of queues) sum += (await probe.checkQueue(queue)).messageCount;
      return sum;
    } finally {
      await closeChannel(probe);
    }
  }

  /** Closes the channel: unacknowledged messages go back into the queue. No further events are sent. */
  async close(): Promise<void> {
    this.isOver = true;
    this.acknowledgements.flush();
    await closeChannel(this.channel);
  }

  private deliver(delivery: ConsumeMessage): void {
    if (!this.acknowledgements.delivered(delivery)) {
      const tag = delivery.fields.deliveryTag;
      this.giveUp(
        new Error(`the broker sent a message with the delivery tag ${tag}, which can't be acknowledged`),
      );
      return;
    }
    warnOfReturn(delivery, this.plan, this.rabbitMqVersion, this.logger);
    const problem = unreadableHeadersOf(delivery.properties);
    if (problem === undefined) this.pass(new PendingDelivery(delivery, this.acknowledgements));
    else this.rejectUnreadable(delivery, problem);
  }

  private rejectUnreadable(delivery: ConsumeMessage, problem: unknown): void {
    this.logger.error(
      `${nameOfDelivery(delivery)} of queue '${this.queue}' is rejected: its headers can't be read (${reasonOf(problem)}). They have tables nested thousands deep, or values of an unknown type. The message was published to exchange '${delivery.fields.exchange}'. To see such messages, give the queue a dead-letter exchange; to stop them, find their publisher`,
    );
    this.acknowledgements.reject(delivery);
  }

  private canceled(): void {
    this.isCanceled = true;
    this.pass(CANCELED);
  }

  /** Gives the channel up. Unacknowledged messages come again on another channel. */
  private giveUp(error: Error): void {
    if (this.isOver) return;
    this.channelError = error;
    this.lost();
    // Closing sends the gathered acknowledgements.
    void this.close();
  }

  private lost(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.events?.onLost(this.reason);
  }

  private pass(event: PendingDelivery | typeof CANCELED): void {
    if (this.isOver) return;
    if (!this.events) this.early.push(event);
    else if (event === CANCELED) this.events.onCanceled();
    else this.events.onDelivery(event);
  }

  private get reason(): string {
    return this.channelError ? reasonOf(this.channelError) : 'the connection was lost';
  }
}

/** The configured exchanges to which the queue is bound, and those from which these get messages. */
function exchangesOf(
  { bindings }: ConsumerPlan,
  { exchanges }: SubscriptionSettings,
): Record<string, ExchangeOptions> {
  const bound = new Set(bindings.map(({ exchange }) => exchange));
  // The loop also visits the names that it adds.
  for (const name of bound) {
    if (!Object.hasOwn(exchanges, name)) continue;
    for (const { exchange } of exchanges[name]!.bindings ?? []) bound.add(exchange);
  }
  return Object.fromEntries(Object.entries(exchanges).filter(([name]) => bound.has(name)));
}
