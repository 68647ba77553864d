import type { ConsumeMessage, OpenConnection } from '../../broker/index.js';
import type { ConsumerPlan } from '../consumer-plan.js';
import { deliveryCountOf } from '../delivery/delivery-count.js';
import type { DeliveryWatch } from '../delivery/delivery-watch.js';
import { mayBeQuorumQueue } from './quorum-queue.js';

/**
 * Decides how many messages the broker sends ahead, so that messages do not use up the delivery limit of a quorum
 * queue before a handler sees them.
 *
 * A subscription begins narrow: the broker sends only as many messages as are handled at the same time. The
 * subscription becomes wide, with the whole prefetch, when a message is finished that had not come back before.
 *
 * When a subscription ends, by a pause, a stop or a lost connection, all messages that were sent ahead come back. The
 * quorum queue counts that for each of them, and delivers them first. The next subscription is narrow until all of them
 * have reached a handler. So a message comes back at most twice before a handler sees it: once from a wide subscription,
 * and once when a subscription ends in the moment in which the message is sent.
 */
export class DeliveryWindow implements DeliveryWatch {
  private isNarrow: boolean;
  /** Unsettled deliveries by their tags, and whether the message had come back before. */
  private readonly unsettled = new Map<number, boolean>();
  /** Deliveries that wait for their next attempt. */
  private readonly waiting = new Set<number>();
  /** The first delivery of the current consumer of the channel. */
  private firstTag = 1;
  private lastTag = 0;

  /** @param sendAhead has the broker send so many messages ahead from now on; 0: no limit */
  constructor(
    private readonly plan: ConsumerPlan,
    connection: Pick<OpenConnection, 'rabbitMqVersion'>,
    passiveDeclares: boolean,
    private readonly sendAhead: (prefetchCount: number) => void,
  ) {
    this.isNarrow =
      this.limit > plan.concurrency && mayBeQuorumQueue(plan, passiveDeclares, connection.rabbitMqVersion);
  }

  /** How many messages the broker sends ahead at first; 0: no limit. */
  get initialPrefetch(): number {
    return this.isNarrow ? this.plan.concurrency : this.plan.prefetchCount;
  }

  delivered(delivery: ConsumeMessage): void {
    if (!this.isNarrow) return;
    this.lastTag = delivery.fields.deliveryTag;
    this.unsettled.set(this.lastTag, deliveryCountOf(delivery) > 0);
  }

  waits({ fields: { deliveryTag } }: ConsumeMessage): void {
    if (!this.isNarrow) return;
    this.waiting.add(deliveryTag);
    this.goAroundWaiting();
  }

  settled({ fields: { deliveryTag } }: ConsumeMessage, isGone: boolean): void {
    if (!this.isNarrow) return;
    const hadComeBack = this.unsettled.get(deliveryTag) ?? true;
    this.unsettled.delete(deliveryTag);
    this.waiting.delete(deliveryTag);
    if (isGone && !hadComeBack && this.waiting.size === 0) this.widen();
    else this.goAroundWaiting();
  }

  private widen(): void {
    if (this.hasSingleActiveConsumer) return;
    this.isNarrow = false;
    this.sendAhead(this.plan.prefetchCount);
  }

  /** Lets other messages come when all that the current consumer of the channel may have wait for their next attempt. */
  private goAroundWaiting(): void {
    const { concurrency } = this.plan;
    const current = [...this.waiting].filter((tag) => tag >= this.firstTag);
    if (current.length < concurrency || this.unsettled.size + concurrency > this.limit) return;
    if (this.hasSingleActiveConsumer) return;
    this.firstTag = this.lastTag + 1;
    this.sendAhead(concurrency);
  }

  /** The most messages that may be unsettled. */
  private get limit(): number {
    return this.plan.prefetchCount || Infinity;
  }

  /** Such a consumer would hand its turn over to another one if it was replaced. */
  private get hasSingleActiveConsumer(): boolean {
    return this.plan.options.arguments['x-single-active-consumer'] === true;
  }
}
