import { connect as connectAmqp } from 'amqplib';
import { describe, expect, onTestFinished } from 'vitest';
import { EmbeddedBroker } from '../../lib/broker/embedded/index.js';
import type {
  ChannelModel,
  ConfirmChannel,
  ConsumeMessage,
  PublishProperties,
  Table,
} from '../../lib/broker/port.js';
import { parseAmqpUrl } from '../../lib/config/index.js';
import { Collector } from './collector.js';
import { memoryUrl } from './memory-url.js';
import { RabbitMqVersion } from './rabbitmq-version.js';
import { amqpUrl, unique } from './shared-rabbitmq.js';

/** A channel with the methods that tests need beyond those of the library. */
export interface TestChannel extends ConfirmChannel {
  deleteQueue(name: string): Promise<{ messageCount: number }>;
  deleteExchange(name: string): Promise<unknown>;
  unbindQueue(queue: string, exchange: string, routingKey: string, args?: Table): Promise<unknown>;
  bindExchange(destination: string, source: string, routingKey: string, args?: Table): Promise<unknown>;
}

interface TestConnection extends ChannelModel {
  createConfirmChannel(): Promise<TestChannel>;
}

/** The events of amqplib. */
interface AmqpConnection {
  readonly serverProperties: Readonly<Record<string, unknown>>;
}

interface Declared {
  readonly durable?: boolean;
  readonly autoDelete?: boolean;
  readonly exclusive?: boolean;
}

const CONNECT: Readonly<Record<string, (url: string) => Promise<TestConnection>>> = {
  RabbitMQ: () => connectAmqp(amqpUrl()),
  'memory://': (url) => EmbeddedBroker.of(parseAmqpUrl(url)).connect(),
};

/** Defines the same tests for RabbitMQ and for the embedded broker. `open` opens a `Client` on a broker. */
export function onBothBrokers(define: (open: () => Promise<Client>) => void): void {
  describe.each(Object.entries(CONNECT))('on %s', (_, connect) => {
    define(async () => {
      const url = memoryUrl();
      return new TestBroker(() => connect(url)).client();
    });
  });
}

/** The broker of one test, and the things that the test leaves on it. */
class TestBroker {
  readonly queues: string[] = [];
  readonly exchanges: string[] = [];
  private readonly connections: TestConnection[] = [];

  constructor(private readonly open: () => Promise<TestConnection>) {
    onTestFinished(async () => {
      await Promise.all(this.connections.map((connection) => connection.close().catch(() => undefined)));
      const last = await this.open();
      const channel = await last.createConfirmChannel();
      for (const name of this.queues) await channel.deleteQueue(name);
      for (const name of this.exchanges) await channel.deleteExchange(name);
      await last.close();
    });
  }

  async client(): Promise<Client> {
    const connection = await this.open();
    this.connections.push(connection);
    connection.on('error', () => undefined);
    return new Client(this, connection, await this.channelOf(connection));
  }

  async channelOf(connection: TestConnection): Promise<TestChannel> {
    const channel = await connection.createConfirmChannel();
    channel.on('error', () => undefined);
    return channel;
  }
}

/** A connection and its channel, without this library's code around them. */
export class Client {
  constructor(
    private readonly broker: TestBroker,
    readonly connection: TestConnection,
    readonly channel: TestChannel,
  ) {}

  /** The version of RabbitMQ. The embedded broker behaves as version 3.10. */
  get version(): RabbitMqVersion {
    const { connection } = this.connection as { connection?: AmqpConnection };
    return new RabbitMqVersion(connection?.serverProperties['version'] ?? '3.10');
  }

  /** Another connection to the same broker. */
  another(): Promise<Client> {
    return this.broker.client();
  }

  /** Another channel of the same connection. */
  openChannel(): Promise<TestChannel> {
    return this.broker.channelOf(this.connection);
  }

  /** A queue that is deleted when the test ends. */
  async queue(args: Table = {}, declared: Declared = { durable: false }): Promise<string> {
    const name = unique('queue');
    this.deleteLater(name);
    await this.channel.assertQueue(name, { ...declared, arguments: args });
    return name;
  }

  /** The name of a queue that is deleted when the test ends. */
  deleteLater(queue: string): string {
    this.broker.queues.push(queue);
    return queue;
  }

  /** An exchange that is deleted when the test ends. */
  async exchange(type: string, args: Table = {}, autoDelete = false): Promise<string> {
    const name = unique('exchange');
    this.broker.exchanges.push(name);
    await this.channel.assertExchange(name, type, { durable: false, autoDelete, arguments: args });
    return name;
  }

  /** Resolves when the broker has confirmed. */
  publish(
    exchange: string,
    routingKey: string,
    body: string | Buffer = routingKey,
    properties: PublishProperties = {},
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      this.channel.publish(exchange, routingKey, Buffer.from(body), properties, (error) =>
        error ? reject(error) : resolve(),
      );
    });
  }

  /** Publishes to a queue by its name, and resolves when the broker has confirmed all messages. */
  async send(queue: string, ...bodies: string[]): Promise<void> {
    await Promise.all(bodies.map((body) => this.publish('', queue, body)));
  }

  /** Consumes a queue on a separate channel, and acknowledges nothing. */
  async consume(queue: string, prefetch = 0, args: Table = {}): Promise<TestConsumer> {
    const channel = await this.openChannel();
    return TestConsumer.begin(channel, queue, prefetch, args);
  }

  /** Takes this many messages out of a queue. */
  async take(queue: string, count: number): Promise<ConsumeMessage[]> {
    const consumer = await this.consume(queue);
    const messages = [...(await consumer.whenCount(count))];
    for (const message of messages) consumer.channel.ack(message);
    await consumer.channel.cancel(consumer.tag);
    await consumer.channel.close();
    return messages;
  }

  /** Takes this many messages out of a queue, and returns their bodies. */
  async bodies(queue: string, count: number): Promise<string[]> {
    return (await this.take(queue, count)).map(bodyOf);
  }

  /** The number of messages that wait in a queue. */
  async count(queue: string): Promise<number> {
    return (await this.channel.checkQueue(queue)).messageCount;
  }

  /** Resolves when a queue is gone: a mandatory message to it comes back. */
  async whenGone(queue: string): Promise<void> {
    const channel = await this.openChannel();
    let returned = 0;
    channel.on('return', () => returned++);
    const isReturned = async (): Promise<number> => {
      await new Promise((resolve) => {
        channel.publish('', queue, Buffer.alloc(0), { mandatory: true }, resolve);
      });
      return returned;
    };
    await expect.poll(isReturned, { interval: 20 }).toBeGreaterThan(0);
  }

  /** A refusal of the broker: the error of the operation, and the error of the channel. */
  async refusal(action: (channel: TestChannel) => unknown): Promise<Refused> {
    const channel = await this.openChannel();
    const closed = new Promise<void>((resolve) => channel.once('close', resolve));
    let error: (Error & { code?: number }) | undefined;
    channel.on('error', (refusal) => (error = refusal));
    const operation = await Promise.resolve(action(channel)).then(
      () => undefined,
      (rejection: Error) => rejection.message,
    );
    await closed;
    return { code: error?.code, channel: error?.message, operation };
  }
}

interface Refused {
  readonly code: number | undefined;
  readonly channel: string | undefined;
  readonly operation: string | undefined;
}

/** A consumer that acknowledges nothing by itself. */
export class TestConsumer {
  readonly received = new Collector<ConsumeMessage>();
  /** Whether the broker has cancelled it. */
  isCancelled = false;
  tag = '';

  private constructor(readonly channel: TestChannel) {}

  static async begin(
    channel: TestChannel,
    queue: string,
    prefetch = 0,
    args: Table = {},
  ): Promise<TestConsumer> {
    const consumer = new TestConsumer(channel);
    await channel.prefetch(prefetch);
    const onMessage = (message: ConsumeMessage | null): void => {
      if (message) consumer.received.add(message);
      else consumer.isCancelled = true;
    };
    const { consumerTag } = await channel.consume(queue, onMessage, { arguments: args });
    consumer.tag = consumerTag;
    return consumer;
  }

  whenCount(count: number): Promise<ConsumeMessage[]> {
    return this.received.whenCount(count);
  }

  get bodies(): string[] {
    return this.received.items.map(bodyOf);
  }

  /** Body and redelivered flag. */
  get marked(): [string, boolean][] {
    return this.received.items.map((message) => [bodyOf(message), message.fields.redelivered]);
  }
}

export function bodyOf({ content }: ConsumeMessage): string {
  return content.toString();
}
