import type { ConsumeMessage } from 'amqplib';
import { filter, firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type {
  ConsumerOptions,
  FedoraMessagingContext,
  FedoraMessagingEvent,
  FedoraMessagingService,
  Message,
  QueueOptions,
  RunningConsumer,
} from '../../lib/index.js';
import { captureLog } from '../support/captured-log.js';
import { Collector, deferred } from '../support/collector.js';
import { startService } from '../support/rabbitmq-service.js';
import { addUser, amqpUrl, closeConnections, RawClient, unique } from '../support/shared-rabbitmq.js';

/** More returns than RabbitMQ 4 allows for a message. */
const TIMES = 25;
const DELIVERY_LIMIT = 20;
/** How often a message may have come back when a handler sees it for the first time. */
const MOST_UNSEEN_RETURNS = 2;

const DURABLE: QueueOptions = { durable: true, autoDelete: false, exclusive: false, arguments: {} };

/** The number in the body of a message. */
const numberOf = ({ body }: Message): number => (body as { n: number }).n;

/** A quorum queue with messages, which dead-letters a message after too many returns. */
class LimitedQueue {
  readonly name = unique('limited');
  /** The messages that came back too often. */
  readonly dropped = new Collector<number>();

  private constructor(
    private readonly raw: RawClient,
    readonly messages: number,
    readonly options: QueueOptions,
  ) {}

  static async filledWith(messages: number): Promise<LimitedQueue> {
    const raw = await RawClient.open();
    const deadLetters = await raw.queue('');
    // Version 4 has this limit by default.
    const limit = raw.version.isSince(4) ? {} : { 'x-delivery-limit': DELIVERY_LIMIT };
    const queue = new LimitedQueue(raw, messages, {
      ...DURABLE,
      arguments: {
        'x-queue-type': 'quorum',
        'x-dead-letter-exchange': '',
        'x-dead-letter-routing-key': deadLetters,
        ...limit,
      },
    });
    const collect = (delivery: ConsumeMessage | null): void =>
      queue.dropped.add((JSON.parse(delivery!.content.toString()) as { n: number }).n);
    await raw.channel.consume(deadLetters, collect, { noAck: true });
    await raw.channel.assertQueue(queue.name, queue.options);
    raw.deleteLater(queue.name);
    for (let n = 1; n <= messages; n++) raw.send(queue.name, JSON.stringify({ n }));
    await expect.poll(() => raw.count(queue.name)).toBe(messages);
    return queue;
  }

  /** How many messages the broker has not sent to a consumer. */
  count(): Promise<number> {
    return this.raw.count(this.name);
  }

  /** A consumer to which the broker may send all messages ahead. */
  async consume(
    service: FedoraMessagingService,
    handler: (message: Message, context: FedoraMessagingContext) => unknown,
    options: Pick<ConsumerOptions, 'queues' | 'concurrency' | 'onError' | 'retry'> = {},
  ): Promise<RunningConsumer> {
    const [consumer] = await service.consume(handler, {
      queues: { [this.name]: this.options },
      bindings: [],
      prefetch: this.messages,
      ...options,
    });
    return consumer!;
  }

  /** Waits for an event; throws if more messages than allowed are dropped before it. */
  async unlessDropped<T>(event: Promise<T>, allowed = 0): Promise<T> {
    const isDropped = this.dropped.whenCount(allowed + 1).then((numbers) => {
      throw new Error(`message ${numbers.join(', ')} came back too often`);
    });
    return Promise.race([event, isDropped]);
  }
}

/** A handler that holds each message until it is released. */
class SlowHandler {
  /** How often each message had come back before the handler saw it. */
  readonly seen = new Map<number, number>();
  private readonly begun = new Collector<number>();
  private readonly allSeen = deferred();
  private gate = deferred();
  private isQuick = false;
  private expected = 0;

  constructor(
    private readonly queue: LimitedQueue,
    private readonly concurrency = 1,
  ) {}

  readonly handle = async (message: Message, { deliveryCount }: FedoraMessagingContext): Promise<void> => {
    const n = numberOf(message);
    if (!this.seen.has(n)) this.seen.set(n, deliveryCount);
    this.begun.add(n);
    if (this.seen.size === this.queue.messages) this.allSeen.resolve();
    if (!this.isQuick) await this.gate.promise;
  };

  /** Resolves when the handler has begun with as many further messages as it may have in hand. */
  async nextBegun(): Promise<void> {
    await this.queue.unlessDropped(this.begun.whenCount((this.expected += this.concurrency)));
  }

  /** Finishes the messages in hand, and resolves when the handler has begun with the next messages. */
  async goOn(): Promise<void> {
    const next = this.nextBegun();
    this.letGo();
    await next;
  }

  /**
   * Finishes the messages in hand twice. If the broker sends more ahead after the first of them, the last messages in
   * hand are of those.
   */
  async goOnWithAllSentAhead(): Promise<void> {
    await this.goOn();
    await this.goOn();
  }

  letGo(): void {
    this.gate.resolve();
    this.gate = deferred();
  }

  /** Holds no more messages, and resolves when the handler has had all messages. */
  async finishAll(): Promise<void> {
    this.isQuick = true;
    this.letGo();
    await this.queue.unlessDropped(this.allSeen.promise);
  }
}

/** Resolves with the next event of a type. */
function eventOf(
  service: FedoraMessagingService,
  type: FedoraMessagingEvent['type'],
): Promise<FedoraMessagingEvent> {
  return firstValueFrom(service.events$.pipe(filter((event) => event.type === type)));
}

describe('no message of a quorum queue is dropped before a handler has seen it, although', () => {
  it.each([
    ['its consumer is paused 25 times with messages sent ahead', false],
    ['its consumer is paused 25 times, and does not know the type of the queue', true],
  ])('%s', async (_, passiveDeclares) => {
    const queue = await LimitedQueue.filledWith(100);
    const service = await startService({ passiveDeclares });
    const handler = new SlowHandler(queue);
    const options = passiveDeclares ? { queues: { [queue.name]: DURABLE } } : {};
    const consumer = await queue.consume(service, handler.handle, options);
    await handler.nextBegun();
    for (let i = 0; i < TIMES; i++) {
      await handler.goOnWithAllSentAhead();
      const paused = consumer.pause();
      handler.letGo();
      await paused;
      const next = handler.nextBegun();
      await consumer.resume();
      await next;
    }
    await handler.finishAll();
    expect(queue.dropped.items).toEqual([]);
    expect(Math.max(...handler.seen.values())).toBeLessThanOrEqual(MOST_UNSEEN_RETURNS);
  });

  it.each([
    ['one message', 1, 100],
    ['three messages', 3, 200],
  ])(
    'its consumer loses its connection 25 times, with %s in hand and others sent ahead',
    async (_, concurrency, messages) => {
      const queue = await LimitedQueue.filledWith(messages);
      const user = await addUser({ configure: '.*', write: '.*', read: '.*' });
      const service = await startService({
        amqpUrl: amqpUrl(user),
        reconnect: { delay: 1, maxDelay: 1 },
      });
      const handler = new SlowHandler(queue, concurrency);
      await queue.consume(service, handler.handle, { concurrency });
      await handler.nextBegun();
      for (let i = 0; i < TIMES; i++) {
        await handler.goOnWithAllSentAhead();
        const next = handler.nextBegun();
        const lost = eventOf(service, 'disconnected');
        await closeConnections(user);
        await lost;
        handler.letGo();
        await next;
      }
      await handler.finishAll();
      expect(queue.dropped.items).toEqual([]);
      expect(Math.max(...handler.seen.values())).toBeLessThanOrEqual(MOST_UNSEEN_RETURNS);
    },
  );

  it('its consumer stops 25 times because of an error, and is started again', async () => {
    const queue = await LimitedQueue.filledWith(50);
    const service = await startService();
    const counts: number[] = [];
    const seen = new Set<number>();
    for (let i = 0; i < TIMES; i++) {
      const consumer = await queue.consume(service, (message, { deliveryCount }) => {
        seen.add(numberOf(message));
        counts.push(deliveryCount);
        throw new Error('the database is away');
      });
      // The failing message comes back, too.
      await expect(queue.unlessDropped(consumer.result, 1)).rejects.toThrow('the database is away');
      await consumer.cancel();
    }
    const handled = new Set<number>();
    await queue.consume(service, (message) => void handled.add(numberOf(message)));
    await expect.poll(() => handled.size + queue.dropped.items.length).toBe(queue.messages);
    expect(queue.dropped.items.filter((n) => !seen.has(n))).toEqual([]);
    // The first message fails until it has come back too often; then the second message fails.
    expect(counts.slice(0, DELIVERY_LIMIT + 2)).toEqual([...Array(DELIVERY_LIMIT + 1).keys(), 0]);
  });
});

describe('a consumer of a quorum queue', () => {
  it('warns at its start if RabbitMQ deletes messages that come back too often', async () => {
    const log = captureLog();
    const service = await startService();
    const raw = await RawClient.open();
    const queue = unique('limited');
    raw.deleteLater(queue);
    const options = { ...DURABLE, arguments: { 'x-queue-type': 'quorum' } };
    await service.consume(() => undefined, { queues: { [queue]: options }, bindings: [] });
    const warnings = log.filter(({ level }) => level === 'warn').map(({ text }) => text);
    const warning = expect.stringContaining(
      `The queue '${queue}' is a quorum queue with neither 'x-dead-letter-exchange' nor 'x-delivery-limit'`,
    );
    expect(warnings).toEqual(raw.version.isSince(4) ? [warning] : []);
  });

  it.each([1, 3])('gets no message twice, with concurrency %i', async (concurrency) => {
    const queue = await LimitedQueue.filledWith(10);
    const seen = new Collector<[n: number, redelivered: boolean]>();
    const allSentAhead = deferred();
    await queue.consume(
      await startService(),
      async (message, { redelivered }) => {
        seen.add([numberOf(message), redelivered]);
        if (numberOf(message) > 1) await allSentAhead.promise;
      },
      { concurrency },
    );
    await expect.poll(() => queue.count()).toBe(0);
    allSentAhead.resolve();
    expect(await seen.whenCount(10)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((n) => [n, false]));
  });
});

describe('a message of a quorum queue that is in hand when the connection is lost', () => {
  it('comes again before messages that were sent ahead', async () => {
    const queue = await LimitedQueue.filledWith(10);
    const user = await addUser({ configure: '.*', write: '.*', read: '.*' });
    const service = await startService({ amqpUrl: amqpUrl(user) });
    const seen = new Collector<number>();
    await queue.consume(service, async (message, { redelivered }) => {
      seen.add(numberOf(message));
      if (numberOf(message) !== 2 || redelivered) return;
      await expect.poll(() => queue.count()).toBe(0);
      const lost = eventOf(service, 'disconnected');
      await closeConnections(user);
      await lost;
    });
    expect(await seen.whenCount(11)).toEqual([1, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });
});

describe('a message of a quorum queue that waits in the process for its next attempt', () => {
  it('holds up no other message, up to the prefetch', async () => {
    const queue = await LimitedQueue.filledWith(5);
    const seen = new Collector<number>();
    await queue.consume(
      await startService(),
      (message) => {
        seen.add(numberOf(message));
        throw new Error('the database is away');
      },
      { onError: 'retry', retry: { in: 'process', delay: 1_000_000, maxDelay: 1_000_000 } },
    );
    expect(await seen.whenCount(queue.messages)).toEqual([1, 2, 3, 4, 5]);
  });
});
