import type { ChannelModel } from 'amqplib';
import type { AmqpUrl } from '../config/index.js';
import { adaptChannel, adaptConfirms } from './embedded-channel.js';
import { EmbeddedDeadLetters } from './embedded-dead-letters.js';
import { EmbeddedDeclarations } from './embedded-declarations.js';
import type { Engine, EngineQueue, FakeAmqplib, FakeConnection } from './embedded-engine.js';
import { EmbeddedTraffic } from './embedded-traffic.js';
import type { Publication } from './sending/publication.js';
import { matchesTopic } from './topic-pattern.js';

/** The exchanges that RabbitMQ has from the start, of the types that the embedded broker knows. */
const PREDECLARED = { 'amq.topic': 'topic', 'amq.direct': 'direct', 'amq.fanout': 'fanout' };

/** How an embedded broker differs from a real one. */
export interface EmbeddedBrokerOptions {
  /** Whether messages that wait to be dead-lettered do so for no time at all. Default: false. */
  readonly skipsDelays?: boolean;
}

interface Started {
  readonly library: FakeAmqplib;
  /** Open as long as the broker is: it keeps the durable queues while no application is connected. */
  readonly anchor: FakeConnection;
}

const brokers = new Map<string, EmbeddedBroker>();

/** A broker inside this process. */
export class EmbeddedBroker {
  readonly traffic = new EmbeddedTraffic();
  private readonly deadLetters: EmbeddedDeadLetters;
  private readonly declarations = new EmbeddedDeclarations((queue) => this.hasQueue(queue));
  private readonly starting: Promise<Started>;
  private engine: Engine | undefined;

  private constructor(
    private readonly url: string,
    { skipsDelays = false }: EmbeddedBrokerOptions,
  ) {
    this.deadLetters = new EmbeddedDeadLetters(
      this.traffic,
      (publication) => void this.put(publication),
      skipsDelays,
    );
    this.starting = this.start();
  }

  /** The broker of that name, which the first call makes; it lasts as long as the process, or until it is closed. */
  static of({ hostname, vhost }: AmqpUrl, options: EmbeddedBrokerOptions = {}): EmbeddedBroker {
    const url = `amqp://${hostname}/${encodeURIComponent(vhost)}`;
    const known = brokers.get(url);
    if (known) return known;
    const broker = new EmbeddedBroker(url, options);
    brokers.set(url, broker);
    return broker;
  }

  async connect(): Promise<ChannelModel> {
    const { library } = await this.starting;
    return this.adapt(await library.connect(this.url));
  }

  /** Resolves when it is up. */
  async whenStarted(): Promise<void> {
    await this.starting;
  }

  /** The queues that a message goes to, each once. None before the broker has started. */
  routesOf({ exchange, routingKey }: Pick<Publication, 'exchange' | 'routingKey'>): readonly string[] {
    return this.queuesFor(exchange, routingKey).map(({ name }) => name);
  }

  /** Puts a message into the queues it goes to. @returns their names */
  put({ exchange, routingKey, content, properties }: Publication): readonly string[] {
    const queues = this.queuesFor(exchange, routingKey);
    for (const queue of queues) {
      queue.queueMessage({ exchange, routingKey }, content, properties);
      this.deadLetters.queued(queue);
    }
    return queues.map(({ name }) => name);
  }

  hasExchange(name: string): boolean {
    return name === '' || this.engine?.getExchange(name) !== undefined;
  }

  hasQueue(name: string): boolean {
    return this.queue(name) !== undefined;
  }

  /** Whether a queue is consumed. */
  isConsumed(queue: string): boolean {
    return (this.queue(queue)?.consumerCount ?? 0) > 0;
  }

  /**
   * Ends the broker with all that is in it.
   *
   * @throws Error when something is still connected to it
   */
  async close(): Promise<void> {
    const { library, anchor } = await this.starting;
    const connected = library.connections.length - 1;
    if (connected > 0) {
      throw new Error(
        `${connected === 1 ? 'A connection is' : `${connected} connections are`} still open to the embedded broker: close the application first`,
      );
    }
    brokers.delete(this.url);
    this.deadLetters.stop();
    library.resetMock();
    await anchor.close();
  }

  private async start(): Promise<Started> {
    const { FakeAmqplib } = await import('@onify/fake-amqplib');
    const library = new FakeAmqplib('4.0') as unknown as FakeAmqplib;
    const anchor = await library.connect(this.url);
    const channel = await anchor.createChannel();
    for (const [name, type] of Object.entries(PREDECLARED)) {
      // Its own default would delete them with their last binding.
      await channel.assertExchange(name, type, { autoDelete: false });
    }
    this.engine = anchor._broker;
    return { library, anchor };
  }

  /** Makes a connection behave as RabbitMQ's where the engine differs. */
  private adapt(model: ChannelModel): ChannelModel {
    const exclusive = new Set<string>();
    const surroundings = {
      traffic: this.traffic,
      deadLetters: this.deadLetters,
      declarations: this.declarations,
      put: (publication: Publication) => this.put(publication),
      hasExchange: (name: string) => this.hasExchange(name),
    };
    const createChannel = model.createChannel.bind(model);
    model.createChannel = async (options) =>
      adaptChannel(await createChannel(options), surroundings, model, (queue) => exclusive.add(queue));
    const createConfirmChannel = model.createConfirmChannel.bind(model);
    model.createConfirmChannel = async (options) =>
      adaptConfirms(await createConfirmChannel(options), surroundings);
    const close = model.close.bind(model);
    model.close = async () => {
      // Exclusive queues go with their connection.
      if (exclusive.size > 0) {
        const channel = await createChannel();
        for (const queue of exclusive) await channel.deleteQueue(queue);
      }
      await close();
    };
    return model;
  }

  /** The engine's own routing has other patterns, and gives a queue a message for each binding that matches. */
  private queuesFor(exchangeName: string, routingKey: string): EngineQueue[] {
    if (exchangeName === '') {
      const queue = this.queue(routingKey);
      return queue ? [queue] : [];
    }
    const exchange = this.engine?.getExchange(exchangeName);
    if (!exchange) return [];
    const matching = exchange.bindings.filter(({ pattern }) => {
      if (exchange.type === 'fanout') return true;
      return exchange.type === 'direct' ? pattern === routingKey : matchesTopic(pattern, routingKey);
    });
    return [...new Set(matching.map(({ queue }) => queue))];
  }

  private queue(name: string): EngineQueue | undefined {
    return name === '' ? undefined : this.engine?.getQueue(name);
  }
}
