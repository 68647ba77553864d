import { describe, expect, it } from 'vitest';
import {
  type ConsumerOptions,
  type FedoraMessagingContext,
  type FedoraMessagingService,
  Message,
  Nack,
  type RunningConsumer,
} from '../../lib/index.js';
import { Collector, deferred } from '../support/collector.js';
import { errorOf } from '../support/error-of.js';
import { startService } from '../support/rabbitmq-service.js';
import {
  addUser,
  amqpUrl,
  closeConnections,
  RawClient,
  TEMPORARY,
  unique,
} from '../support/shared-rabbitmq.js';

const STREAM = { ...TEMPORARY, durable: true, arguments: { 'x-queue-type': 'stream' } };

/** A stream with the messages from 0 on, and an application that consumes it. */
class Stage {
  /** The number of each message whose handler was called. */
  readonly begun = new Collector<number>();
  readonly handled = new Collector<number>();
  /** Called before a message is handled. */
  onMessage: (n: number) => unknown = () => undefined;
  consumer!: RunningConsumer;
  private sent = 0;

  private constructor(
    readonly raw: RawClient,
    readonly queue: string,
    readonly service: FedoraMessagingService,
    private readonly user: string,
  ) {}

  static async start(count: number): Promise<Stage> {
    const raw = await RawClient.open();
    const user = await addUser({ configure: '.*', write: '.*', read: '.*' });
    const queue = await raw.queue('', '', { durable: true, arguments: { 'x-queue-type': 'stream' } });
    const stage = new Stage(raw, queue, await startService({ amqpUrl: amqpUrl(user) }), user);
    stage.send(count);
    return stage;
  }

  send(count: number): void {
    for (const end = this.sent + count; this.sent < end; this.sent++)
      this.raw.send(this.queue, JSON.stringify({ n: this.sent }));
  }

  async consume(options: Partial<ConsumerOptions> = {}): Promise<this> {
    const [consumer] = await this.service.consume(
      async ({ body }: Message) => {
        const n = body['n'] as number;
        this.begun.add(n);
        await this.onMessage(n);
        this.handled.add(n);
      },
      {
        queues: { [this.queue]: STREAM },
        bindings: [],
        consumeArguments: { 'x-stream-offset': 'first' },
        ...options,
      },
    );
    this.consumer = consumer!;
    return this;
  }

  /** Ends the application's connections, as an administrator can, and waits until it consumes again. */
  async loseConnection(): Promise<void> {
    const back = new Promise<void>((resolve) => {
      this.service.events$.subscribe((event) => {
        if (event.type === 'connected' && event.connection === 'consuming') resolve();
      });
    });
    await closeConnections(this.user);
    await back;
    await expect.poll(() => this.consumer.isConsuming).toBe(true);
  }
}

function range(start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, i) => start + i);
}

describe('a consumer of a stream', () => {
  it('reads the stream from the offset in its options, and other consumers read the same messages', async () => {
    const stage = await (await Stage.start(5)).consume();
    expect(await stage.handled.whenCount(5)).toEqual(range(0, 5));
    const seen = new Collector<number>();
    await stage.service.consume(({ body }: Message) => seen.add(body['n'] as number), {
      queues: { [stage.queue]: STREAM },
      bindings: [],
      consumeArguments: { 'x-stream-offset': 3 },
    });
    expect(await seen.whenCount(2)).toEqual([3, 4]);
  });

  it('without an offset reads only messages that come later', async () => {
    const stage = await Stage.start(3);
    await stage.raw.channel.checkQueue(stage.queue);
    await stage.consume({ consumeArguments: {} });
    stage.send(2);
    expect(await stage.handled.whenCount(2)).toEqual([3, 4]);
  });

  it('goes on behind the last handled message after each lost connection, and skips or repeats no message', async () => {
    const stage = await (await Stage.start(40)).consume({ prefetch: 7 });
    for (const count of [40, 80, 120]) {
      await stage.handled.whenCount(count);
      await stage.loseConnection();
      stage.send(40);
    }
    expect(await stage.handled.whenCount(160)).toEqual(range(0, 160));
  });

  it('handles only that message again that was in hand when the connection was lost', async () => {
    const stage = await Stage.start(10);
    const gate = deferred();
    stage.onMessage = (n) => n === 4 && gate.promise;
    await stage.consume();
    await stage.begun.whenCount(5);
    await stage.loseConnection();
    gate.resolve();
    await stage.handled.whenCount(11);
    expect([...stage.handled.items].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 4, 5, 6, 7, 8, 9]);
  });

  it('goes on behind the last handled message when it is resumed', async () => {
    const stage = await Stage.start(10);
    const gate = deferred();
    stage.onMessage = (n) => n === 4 && gate.promise;
    await stage.consume();
    await stage.begun.whenCount(5);
    const paused = stage.consumer.pause();
    gate.resolve();
    await paused;
    expect(stage.handled.items).toEqual(range(0, 5));
    await stage.consumer.resume();
    expect(await stage.handled.whenCount(10)).toEqual(range(0, 10));
  });

  it('with concurrency goes on behind the messages that are all handled, not behind the latest handled message', async () => {
    const stage = await Stage.start(8);
    const gate = deferred();
    stage.onMessage = (n) => n === 3 && gate.promise;
    await stage.consume({ concurrency: 3 });
    await stage.handled.whenCount(7);
    expect(stage.handled.items).not.toContain(3);
    await stage.loseConnection();
    // 3 is in hand, and 4 to 7 are behind it.
    await stage.begun.whenCount(13);
    gate.resolve();
    await stage.handled.whenCount(13);
    expect(stage.begun.items.slice(8)).toEqual(range(3, 8));
  });

  it('handles a message that its handler gives back again, before the messages behind it', async () => {
    const stage = await Stage.start(4);
    let isReady = false;
    stage.onMessage = (n) => {
      if (n !== 2 || isReady) return;
      isReady = true;
      throw new Nack();
    };
    await stage.consume();
    expect(await stage.handled.whenCount(4)).toEqual(range(0, 4));
    expect(stage.begun.items).toEqual([0, 1, 2, 2, 3]);
  });

  it('retries a failed message in the process', async () => {
    const stage = await Stage.start(3);
    const attempts: number[] = [];
    await stage.service.consume(
      ({ body }: Message, { attempt }: FedoraMessagingContext) => {
        if (body['n'] === 1) attempts.push(attempt);
        if (attempts.length === 1) throw new Error('once');
        stage.handled.add(body['n'] as number);
      },
      {
        queues: { [stage.queue]: STREAM },
        bindings: [],
        consumeArguments: { 'x-stream-offset': 'first' },
        onError: 'retry',
        retry: { delay: 1, attempts: 3 },
      },
    );
    await stage.handled.whenCount(3);
    expect([...stage.handled.items].sort()).toEqual([0, 1, 2]);
    expect(attempts).toEqual([1, 2]);
  });

  it('is refused if its failed messages wait in the broker: they would be in the stream twice', async () => {
    const stage = await Stage.start(0);
    const error = await errorOf(stage.consume({ onError: 'retry', retry: { in: 'broker' } }));
    expect(error.message).toMatch(/retry\.in 'broker' would append .* use 'process'$/);
  });

  it('trusts the offsets of the broker, and not those that a publisher wrote', async () => {
    const stage = await Stage.start(0);
    const headers = {
      fedora_messaging_schema: 'base.message',
      fedora_messaging_severity: 20,
      'sent-at': '2026-01-01T00:00:00+00:00',
      'x-stream-offset': 1_000_000,
    };
    for (const n of [0, 1]) stage.raw.send(stage.queue, JSON.stringify({ n }), { headers });
    await stage.consume();
    await stage.handled.whenCount(2);
    await stage.loseConnection();
    stage.raw.send(stage.queue, JSON.stringify({ n: 2 }));
    expect(await stage.handled.whenCount(3)).toEqual([0, 1, 2]);
  });
});

describe('consumers of one queue', () => {
  it.each(['classic', 'quorum'])(
    "get its messages by the consumers' priorities, in a %s queue",
    async (type) => {
      const raw = await RawClient.open();
      const service = await startService();
      const queue = unique('priority');
      raw.deleteLater(queue);
      const options = { ...TEMPORARY, durable: true, arguments: { 'x-queue-type': type } };
      const seen = new Collector<string>();
      for (const [name, priority] of Object.entries({ low: 1, high: 10, default: undefined }))
        await service.consume(() => seen.add(name), {
          queues: { [queue]: options },
          bindings: [],
          // With less, the broker may not know yet that 'high' has finished the message before.
          concurrency: 10,
          ...(priority !== undefined && { consumeArguments: { 'x-priority': priority } }),
        });
      for (let i = 1; i <= 6; i++) {
        raw.send(queue, '{}');
        await seen.whenCount(i);
      }
      expect(seen.items).toEqual(Array(6).fill('high'));
    },
  );

  it.each(['classic', 'quorum'])(
    'take over from each other when a %s queue has a single active consumer',
    async (type) => {
      const raw = await RawClient.open();
      const service = await startService();
      const queue = unique('single');
      raw.deleteLater(queue);
      const args = { 'x-queue-type': type, 'x-single-active-consumer': true };
      const options = { queues: { [queue]: { ...TEMPORARY, durable: true, arguments: args } }, bindings: [] };
      const seen = new Collector<string>();
      const [first] = await service.consume(() => seen.add('first'), options);
      await service.consume(() => seen.add('second'), options);
      for (const count of [1, 2, 3]) {
        raw.send(queue, '{}');
        await seen.whenCount(count);
      }
      await first!.cancel();
      raw.send(queue, '{}');
      expect(await seen.whenCount(4)).toEqual(['first', 'first', 'first', 'second']);
    },
  );

  it('get messages of the highest priority first, from a queue with x-max-priority', async () => {
    const raw = await RawClient.open();
    const service = await startService();
    const queue = await raw.queue('', '', { durable: true, arguments: { 'x-max-priority': 5 } });
    for (const priority of [1, 5, 3]) raw.send(queue, JSON.stringify({ priority }), { priority });
    await raw.channel.checkQueue(queue);
    const seen = new Collector<unknown>();
    await service.consume(({ body }: Message) => seen.add(body['priority']), {
      queues: { [queue]: { ...TEMPORARY, durable: true, arguments: { 'x-max-priority': 5 } } },
      bindings: [],
    });
    expect(await seen.whenCount(3)).toEqual([5, 3, 1]);
  });
});
