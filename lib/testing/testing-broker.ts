import { randomUUID } from 'node:crypto';
import { EmbeddedBroker, type EmbeddedDelivery } from '../broker/embedded/index.js';
import type { Publication } from '../broker/index.js';
import { parseAmqpUrl } from '../config/index.js';
import { isPermissionProbe, purposeOfCopy } from '../consuming/index.js';
import { Message, MessageCodec, MessageRegistry } from '../message/index.js';
import type { DeliveryOutcome } from './delivery-outcome.js';
import { DeliveryWatch } from './delivery-watch.js';
import { encodeRaw, type RawMessage } from './raw-message.js';

/** How a message is delivered. @publicApi */
export interface DeliverOptions {
  /** The exchange it is published to. Default: `amq.topic`. */
  exchange?: string;
  /** The queue whose consumer is meant, where several get the message. Default: all of them. */
  queue?: string;
}

/** By the names of the queues. */
type Watches = ReadonlyMap<string, DeliveryWatch>;

/**
 * A broker for one test, inside the process: give its `amqpUrl` to the application, deliver messages to it,
 * and see what it did with them and what it published. There may be any number at once.
 *
 * It is the embedded broker (`memory://`), but for one thing: messages that wait for a retry do not wait.
 *
 * @publicApi
 */
export class TestingBroker {
  /** The setting `amqpUrl` of the application that is tested. */
  readonly amqpUrl = `memory://${randomUUID()}`;

  private readonly broker: EmbeddedBroker;
  private readonly codec = new MessageCodec(MessageRegistry.of());
  private readonly publications: Publication[] = [];
  private readonly watches = new Set<DeliveryWatch>();
  private readonly watchesOf = new WeakMap<object, Watches>();

  constructor() {
    this.broker = EmbeddedBroker.of(parseAmqpUrl(this.amqpUrl), { skipsDelays: true });
    const { traffic } = this.broker;
    traffic.on('published', (publication) => this.onPublished(publication));
    traffic.on('delivered', (delivery) => this.watchOf(delivery)?.onDelivered());
    traffic.on('settled', (delivery, settlement) => this.watchOf(delivery)?.onSettled(delivery, settlement));
    traffic.on('cancelled', ({ queue }) => this.onCancelled(queue));
  }

  /**
   * Delivers a message to the queues that are bound to its topic, as if another application had published
   * it, and resolves when their consumers have settled it. The topic is that on the wire: it needs the
   * application's `topicPrefix` if its bindings have it.
   *
   * @returns what became of it. A message that goes back comes again, but this is about the first time.
   * @throws ValidationError, SchemaError when a Message is invalid; a {@link RawMessage} is not checked
   * @throws Error when several queues got it, with different outcomes, and none was named
   */
  async deliver(
    message: Message<object> | RawMessage,
    { exchange = 'amq.topic', queue }: DeliverOptions = {},
  ): Promise<DeliveryOutcome> {
    const encoded = message instanceof Message ? this.codec.encode(message) : encodeRaw(message);
    const watches = this.put({ ...encoded, exchange });
    if (queue !== undefined) return watches.get(queue)?.outcome ?? 'unroutable';
    const outcomes = await Promise.all([...watches.values()].map(({ outcome }) => outcome));
    const [first = 'unroutable', ...others] = new Set(outcomes);
    if (others.length === 0) return first;
    const each = [...watches.keys()].map((name, index) => `'${name}': ${outcomes[index]}`);
    throw new Error(
      `${outcomes.length} queues got the message, with different outcomes (${each.join(', ')}): say which one is meant, deliver(message, { queue })`,
    );
  }

  /**
   * The messages that the application has published so far and the broker has confirmed, in order, as
   * another application would receive them: of their classes, with the topics on the wire.
   */
  published(): Message<object>[] {
    const codec = new MessageCodec(new MessageRegistry().gather());
    return this.publications.map(({ routingKey, content, properties }) => {
      const headers = { ...(properties.headers as Record<string, unknown>) };
      const delivery = { fields: { routingKey }, content, properties: { ...properties, headers } };
      const message = codec.decode(delivery, '');
      // It has come through none.
      message.queue = null;
      return message;
    });
  }

  /**
   * Resolves when no consumer has a message in hand and none is on its way to one, retries included. What
   * waits where nobody consumes is not on its way. A message that goes back again and again keeps it from
   * resolving.
   */
  async whenIdle(): Promise<void> {
    await this.broker.traffic.whenQuiet();
  }

  /**
   * Ends the broker; close the application first.
   *
   * @throws Error when an application is still connected
   */
  close(): Promise<void> {
    return this.broker.close();
  }

  private put(publication: Publication): Watches {
    const watches: Watches = new Map(
      this.broker.routesOf(publication).map((queue) => [queue, new DeliveryWatch(queue, publication)]),
    );
    this.watchesOf.set(publication, watches);
    this.broker.put(publication);
    for (const watch of watches.values()) {
      if (!this.broker.isConsumed(watch.queue)) watch.onUnconsumed(true);
      this.watches.add(watch);
      void watch.outcome.then(() => this.watches.delete(watch));
    }
    return watches;
  }

  private onPublished(publication: Publication): void {
    if (purposeOfCopy(publication)) {
      for (const watch of this.watches) watch.onPublished(publication);
    } else if (!isPermissionProbe(publication)) {
      this.publications.push(publication);
    }
  }

  private onCancelled(queue: string): void {
    for (const watch of this.watches) {
      if (watch.queue === queue && !this.broker.isConsumed(queue)) {
        watch.onUnconsumed(this.broker.hasQueue(queue));
      }
    }
  }

  private watchOf({ origin, consumer }: EmbeddedDelivery): DeliveryWatch | undefined {
    return origin && this.watchesOf.get(origin)?.get(consumer.queue);
  }
}
