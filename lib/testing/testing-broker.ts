import { randomUUID } from 'node:crypto';
import { EmbeddedBroker, type EmbeddedDelivery } from '../broker/embedded/index.js';
import type { Publication } from '../broker/index.js';
import { parseAmqpUrl } from '../config/index.js';
import { isPermissionProbe, purposeOfCopy } from '../consuming/index.js';
import { Message, MessageCodec, MessageRegistry } from '../message/index.js';
import type { DeliveryOutcome } from './delivery-outcome.js';
import { DeliveryWatch } from './delivery-watch.js';
import { encodeRaw, type RawMessage } from './raw-message.js';

/** The options for delivering a message. @publicApi */
export interface DeliverOptions {
  /** The exchange to which the message is published. Default: `amq.topic`. */
  exchange?: string;
  /** The queue whose outcome is returned, if several get the message. Default: all of them. */
  queue?: string;
}

/** The watches of a message, by queue name. */
type Watches = ReadonlyMap<string, DeliveryWatch>;

/**
 * A broker inside the process, for one test: give its `amqpUrl` to the application, deliver messages to it, and see
 * what the application does with them and what it publishes. Any number of testing brokers may exist at once.
 *
 * It is the embedded broker (`memory://`), with one difference: messages in a retry queue do not wait.
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
   * Delivers a message as if another application had published it: to the queues that are bound to its topic.
   * Resolves when their consumers have settled it. The topic is the topic on the wire: it needs the application's
   * `topicPrefix` if its bindings have it.
   *
   * @returns the outcome. If the message goes back into its queue, this is the outcome of the first delivery.
   * @throws ValidationError, SchemaError when a Message is invalid; a {@link RawMessage} is not checked
   * @throws Error when several queues got the message, with different outcomes, and the option `queue` is missing
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
      `${outcomes.length} queues got the message, with different outcomes (${each.join(', ')}): choose a queue with deliver(message, { queue })`,
    );
  }

  /**
   * The messages that the application has published and the broker has confirmed so far, in order. They are as
   * another application would receive them: instances of their classes, with the topics on the wire.
   *
   * @param registry finds the classes of the messages. Default: every class that is decorated with `@MessageSchema` and
   *   imported.
   */
  published(registry: Pick<MessageRegistry, 'get'> = new MessageRegistry().gather()): Message<object>[] {
    const codec = new MessageCodec(registry);
    return this.publications.map(({ routingKey, content, properties }) => {
      const headers = { ...(properties.headers as Record<string, unknown>) };
      const delivery = { fields: { routingKey }, content, properties: { ...properties, headers } };
      const message = codec.decode(delivery, '');
      // The message did not come through a queue.
      message.queue = null;
      return message;
    });
  }

  /**
   * Resolves when no consumer has a message in hand and no message is on its way to a consumer, retries included.
   * Messages in a queue without a consumer do not count. A message that goes back again and again keeps it from
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
