import { randomUUID } from 'node:crypto';
import { existsSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { type ChannelModel, type ConfirmChannel, connect, type GetMessage } from 'amqplib';
import { RabbitMq } from '../test/support/rabbitmq.js';
import type { Validation } from './contender/protocol.js';
import { UpdateBodies } from './contender/update-body.js';
import { EXCHANGE, propertiesOf } from './contender/wire.js';

/** The number of messages that are filled in before waiting for their confirms. */
const CHUNK = 5_000;

/**
 * The number of words of binaries after which RabbitMQ's processes collect garbage. With Erlang's default of 46,422 the
 * process of a full queue collects all of it some 20 times while it is consumed, in about one of seven measurements.
 * That halves the rate of its consumer.
 */
const MIN_BINARY_HEAP = 2 ** 25;

/** A file system in memory, if the system has one, and the room that a run needs there, in bytes. */
const MEMORY = '/dev/shm';
const ROOM = 4 * 2 ** 30;

/** A queue of one measurement, and the topic that reaches it. */
export interface BenchQueue {
  readonly queue: string;
  readonly topic: string;
}

/** The messages that fill a queue. */
export interface Filling {
  readonly count: number;
  readonly bodySize: number;
  readonly validation: Validation;
}

/** The RabbitMQ of a run, with the methods that prepare its queues. */
export class BenchBroker {
  private constructor(
    private readonly rabbitmq: RabbitMq,
    /** The folder of its data. */
    readonly data: string,
    private readonly connection: ChannelModel,
    private readonly channel: ConfirmChannel,
  ) {}

  static async start(): Promise<BenchBroker> {
    const data = dataFolder();
    const rabbitmq = await RabbitMq.start({ parent: data });
    try {
      await rabbitmq.ctl('eval', `erlang:system_flag(min_bin_vheap_size, ${MIN_BINARY_HEAP}).`);
      const connection = await connect(`amqp://127.0.0.1:${rabbitmq.port}`, { noDelay: true });
      return new BenchBroker(rabbitmq, data, connection, await connection.createConfirmChannel());
    } catch (error) {
      await rabbitmq.stop();
      throw error;
    }
  }

  get amqpUrl(): string {
    return `amqp://127.0.0.1:${this.rabbitmq.port}`;
  }

  /** RabbitMQ's version. */
  get version(): string {
    return this.connection.connection.serverProperties.version;
  }

  /** A durable queue with its own topic. */
  async addQueue(): Promise<BenchQueue> {
    const topic = `bench.${randomUUID()}`;
    const { queue } = await this.channel.assertQueue(`bench-${randomUUID()}`, { durable: true });
    await this.channel.bindQueue(queue, EXCHANGE, topic);
    return { queue, topic };
  }

  /**
   * Starts garbage collection, and leaves full queues alone: RabbitMQ tidies up a queue that was idle for a second,
   * which takes both cores for a while.
   */
  async rest(milliseconds: number): Promise<void> {
    await this.rabbitmq.ctl('force_gc');
    await delay(milliseconds);
  }

  /** Publishes to the queues of a topic. */
  async fill(topic: string, { count, bodySize, validation }: Filling): Promise<void> {
    const bodies = new UpdateBodies(bodySize);
    for (let n = 0; n < count; n++) {
      const body = bodies.at(n);
      this.channel.publish(
        EXCHANGE,
        topic,
        Buffer.from(JSON.stringify(body)),
        propertiesOf(body, validation),
      );
      if (n % CHUNK === 0) await this.channel.waitForConfirms();
    }
    await this.channel.waitForConfirms();
  }

  /** The next message of a queue; undefined when there is none. */
  async take({ queue }: BenchQueue): Promise<GetMessage | undefined> {
    return (await this.channel.get(queue, { noAck: true })) || undefined;
  }

  /** @returns the number of messages that were in it */
  async removeQueue({ queue }: BenchQueue): Promise<number> {
    return (await this.channel.deleteQueue(queue)).messageCount;
  }

  async stop(): Promise<void> {
    await this.connection.close();
    await this.rabbitmq.stop();
  }
}

/** In memory, if there is room: the time of a disk would hide the differences between clients. */
function dataFolder(): string {
  if (!existsSync(MEMORY)) return tmpdir();
  const { bavail, bsize } = statfsSync(MEMORY);
  return bavail * bsize > ROOM ? MEMORY : tmpdir();
}
