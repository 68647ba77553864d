import { randomBytes } from 'node:crypto';
import type { ConsumeMessage, GotMessage } from '../port.js';
import { deliveredMessage } from './message.js';
import type { Queue, QueueConsumer } from './queue.js';
import type { QueuedMessage } from './ready-messages.js';
import { Refusal } from './refusal.js';
import type { EmbeddedConsumer, EmbeddedDelivery, EmbeddedTraffic, Settlement } from './traffic.js';

const TAG_BYTES = 16;

/** The request of a consumer. */
export interface ConsumerSettings {
  readonly prefetchCount: number;
  readonly priority: number;
}

/** A delivery that is not settled. */
interface Unsettled {
  readonly queued: QueuedMessage;
  readonly consumer: Consumer;
  readonly delivery: EmbeddedDelivery;
}

/** The consumers of a channel, and their deliveries that are not settled. */
export class Consumers {
  private readonly consumers = new Map<string, Consumer>();
  /** By delivery tag, in order. */
  private readonly unsettled = new Map<number, Unsettled>();
  private lastTag = 0;

  constructor(
    private readonly traffic: EmbeddedTraffic,
    /** Sends an event, which runs when it arrives at the channel. */
    private readonly onArrival: (event: () => void) => void,
  ) {}

  /** Adds a consumer to the channel. The caller adds it to the queue afterwards: it gets no messages before that. */
  add(
    queue: Queue,
    { prefetchCount, priority }: ConsumerSettings,
    onMessage: (message: ConsumeMessage | null) => void,
  ): Consumer {
    const tag = `amq.ctag-${randomBytes(TAG_BYTES).toString('base64url')}`;
    const consumer: Consumer = new Consumer(
      tag,
      queue,
      { prefetchCount, priority },
      {
        take: (queued) => this.deliver(consumer, queued, onMessage),
        cancelled: () => {
          this.consumers.delete(tag);
          this.traffic.cancelled(consumer);
          this.onArrival(() => onMessage(null));
        },
      },
    );
    this.consumers.set(tag, consumer);
    return consumer;
  }

  /** Takes the first message of a queue; false where none waits. */
  get(queue: Queue): GotMessage | false {
    const queued = queue.take();
    if (!queued) return false;
    // This consumer gets one message, and no other.
    const consumer = new Consumer(
      '',
      queue,
      { prefetchCount: 1, priority: 0 },
      { take: () => undefined, cancelled: () => undefined },
    );
    consumer.isCancelled = true;
    consumer.take(queued);
    const { fields, properties, content } = this.handOver(consumer, queued);
    const { consumerTag: _, ...ofGot } = fields;
    return { fields: { ...ofGot, messageCount: queue.messageCount }, properties, content };
  }

  /** Ends a consumer. Its deliveries stay unsettled. */
  cancel(tag: string): void {
    const consumer = this.consumers.get(tag);
    if (!consumer) return;
    this.consumers.delete(tag);
    this.end(consumer);
  }

  /** @throws Refusal when no unsettled delivery has that tag */
  settle(tag: number, allUpTo: boolean, settlement: 'ack' | 'requeue' | 'reject'): void {
    if (!this.unsettled.has(tag)) throw new Refusal(406, `unknown delivery tag ${tag}`);
    const tags = allUpTo ? this.tagsUpTo(tag) : [tag];
    const queues = new Set(tags.map((each) => this.settleOne(each, settlement)));
    for (const queue of queues) queue.deliver();
  }

  /** Ends all consumers, and puts unsettled messages back: the channel is gone. */
  release(): void {
    for (const consumer of this.consumers.values()) this.end(consumer);
    this.consumers.clear();
    const queues = new Set([...this.unsettled.keys()].map((tag) => this.settleOne(tag, 'release')));
    for (const queue of queues) queue.deliver();
  }

  private deliver(
    consumer: Consumer,
    queued: QueuedMessage,
    onMessage: (message: ConsumeMessage) => void,
  ): void {
    const message = this.handOver(consumer, queued);
    this.onArrival(() => onMessage(message));
  }

  private handOver(consumer: Consumer, queued: QueuedMessage): ConsumeMessage {
    const { message: stored, returns } = queued;
    const message = deliveredMessage(stored, {
      consumerTag: consumer.tag,
      deliveryTag: ++this.lastTag,
      redelivered: returns > 0,
      exchange: stored.exchange,
      routingKey: stored.routingKey,
    });
    if (returns > 0 && consumer.source.terms.type === 'quorum') {
      message.properties.headers!['x-delivery-count'] = returns;
    }
    const delivery = { message, consumer, origin: stored.origin };
    this.unsettled.set(this.lastTag, { queued, consumer, delivery });
    this.traffic.delivered(delivery);
    return message;
  }

  private settleOne(tag: number, settlement: Settlement): Queue {
    const { queued, consumer, delivery } = this.unsettled.get(tag)!;
    this.unsettled.delete(tag);
    consumer.inHand--;
    const { source } = consumer;
    if (settlement === 'reject') source.reject(queued);
    else if (settlement !== 'ack') source.putBack(queued);
    this.traffic.settled(delivery, settlement);
    return source;
  }

  private tagsUpTo(last: number): number[] {
    const tags: number[] = [];
    for (const tag of this.unsettled.keys()) {
      if (tag > last) break;
      tags.push(tag);
    }
    return tags;
  }

  private end(consumer: Consumer): void {
    consumer.isCancelled = true;
    consumer.source.removeConsumer(consumer);
    this.traffic.cancelled(consumer);
  }
}

class Consumer implements QueueConsumer, EmbeddedConsumer {
  isCancelled = false;
  /** How many of its deliveries are not settled. */
  inHand = 0;

  constructor(
    readonly tag: string,
    readonly source: Queue,
    private readonly settings: ConsumerSettings,
    private readonly events: { take: (queued: QueuedMessage) => void; cancelled: () => void },
  ) {}

  get queue(): string {
    return this.source.name;
  }

  get hasRoom(): boolean {
    const { prefetchCount } = this.settings;
    return prefetchCount === 0 || this.inHand < prefetchCount;
  }

  get priority(): number {
    return this.settings.priority;
  }

  take(queued: QueuedMessage): void {
    this.inHand++;
    this.events.take(queued);
  }

  cancelByBroker(): void {
    this.isCancelled = true;
    this.events.cancelled();
  }
}
