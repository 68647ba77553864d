import { describe, expect, it } from 'vitest';
import {
  BadDeclaration,
  type BindingOptions,
  type ConsumerFunction,
  Drop,
  type FedoraMessagingContext,
  type FedoraMessagingOptions,
  FedoraMessagingService,
  Message,
  Nack,
  PublishReturned,
  PublishTimeout,
  type QueueOptions,
  type RunningConsumer,
} from '../../lib/index.js';
import { startApp } from '../support/application.js';
import { Collector, deferred } from '../support/collector.js';
import { memoryUrl } from '../support/memory-url.js';
import { amqpUrl, TEMPORARY, unique } from '../support/shared-rabbitmq.js';

/** Queues that leave nothing behind on the broker that the tests share. */
const GONE_SOON: QueueOptions = { ...TEMPORARY, arguments: { 'x-expires': 120_000 } };
const WAIT = { timeout: 20_000, interval: 20 };

const numberOf = (message: Message<object>): unknown => (message.body as { n: number }).n;

describe.each([
  ['RabbitMQ', () => amqpUrl()],
  ['memory://', memoryUrl],
])('%s', (_, urlOfBroker) => {
  function services(count: number, options: Partial<FedoraMessagingOptions> = {}) {
    const amqpUrl = urlOfBroker();
    return Promise.all(
      Array.from({ length: count }, async () =>
        (await startApp({ options: { amqpUrl, ...options } })).get(FedoraMessagingService),
      ),
    );
  }

  async function consume(
    service: FedoraMessagingService,
    handler: ConsumerFunction<Message<object>>,
    {
      queue = unique('queue'),
      options = GONE_SOON,
      bindings = [],
    }: { queue?: string; options?: QueueOptions; bindings?: BindingOptions[] } = {},
  ): Promise<RunningConsumer> {
    const [consumer] = await service.consume(handler, { queues: { [queue]: options }, bindings });
    return consumer!;
  }

  /** Publishes to a queue by its name, over the default exchange. */
  async function send(service: FedoraMessagingService, queue: string, ...numbers: number[]): Promise<void> {
    for (const n of numbers) {
      await service.publish(new Message<object>({ topic: queue, body: { n } }), { exchange: '' });
    }
  }

  it('routes by topic patterns: * is one word, # is any number of words, also none', async () => {
    const [service] = await services(1);
    const root = unique('root');
    const patterns = ['#', 'a', 'a.*', 'a.#', '*.b', '#.b', 'a.*.c', 'a.#.c', '*', '#.b.#', 'a.b', '*.*', ''];
    const topics = ['a', 'a.b', 'a.b.c', 'a.c', 'b', 'a.x.y.c', 'x.b', 'a.', '.b', 'a..c', 'x.y.b'];
    const matched: Record<string, string[]> = {};
    for (const pattern of patterns) {
      await consume(
        service!,
        (message) => {
          const { topic, end } = message.body as { topic: string; end?: boolean };
          (matched[pattern] ??= []).push(end ? 'end' : topic);
        },
        {
          bindings: [
            { exchange: 'amq.topic', routingKeys: [`${root}${pattern && '.'}${pattern}`, `${root}-end`] },
          ],
        },
      );
    }
    for (const topic of topics) {
      await service!.publish(new Message<object>({ topic: `${root}.${topic}`, body: { topic } }));
    }
    await service!.publish(new Message<object>({ topic: `${root}-end`, body: { topic: '', end: true } }));
    await expect.poll(() => patterns.every((pattern) => matched[pattern]?.at(-1) === 'end'), WAIT).toBe(true);
    expect(Object.fromEntries(patterns.map((pattern) => [pattern, matched[pattern]!.slice(0, -1)]))).toEqual({
      '#': topics,
      a: ['a'],
      'a.*': ['a.b', 'a.c', 'a.'],
      'a.#': ['a', 'a.b', 'a.b.c', 'a.c', 'a.x.y.c', 'a.', 'a..c'],
      '*.b': ['a.b', 'x.b', '.b'],
      '#.b': ['a.b', 'b', 'x.b', '.b', 'x.y.b'],
      'a.*.c': ['a.b.c', 'a..c'],
      'a.#.c': ['a.b.c', 'a.c', 'a.x.y.c', 'a..c'],
      '*': ['a', 'b'],
      '#.b.#': ['a.b', 'a.b.c', 'b', 'x.b', '.b', 'x.y.b'],
      'a.b': ['a.b'],
      '*.*': ['a.b', 'a.c', 'x.b', 'a.', '.b'],
      '': [],
    });
  });

  it('delivers a message once to a queue that is bound twice', async () => {
    const [service] = await services(1);
    const topic = unique('twice');
    const received = new Collector();
    await consume(service!, received.add, {
      bindings: [{ exchange: 'amq.topic', routingKeys: [`${topic}.#`, `${topic}.x`, `${topic}.x`] }],
    });
    await service!.publish(new Message<object>({ topic: `${topic}.x`, body: { n: 1 } }));
    await service!.publish(new Message<object>({ topic: `${topic}.y`, body: { n: 2 } }));
    expect((await received.whenCount(2)).map(numberOf)).toEqual([1, 2]);
  });

  it('has direct and fanout exchanges', async () => {
    const [direct, fanout] = [unique('direct'), unique('fanout')];
    const own = { durable: false, autoDelete: true };
    const [service] = await services(1, {
      exchanges: { [direct]: { type: 'direct', ...own }, [fanout]: { type: 'fanout', ...own } },
    });
    const received = new Collector();
    await consume(service!, received.add, {
      bindings: [
        { exchange: direct, routingKeys: ['a.*'] },
        { exchange: fanout, routingKeys: ['b'] },
      ],
    });
    for (const [n, topic] of ['a.x', 'a.*'].entries()) {
      await service!.publish(new Message<object>({ topic, body: { n } }), { exchange: direct });
    }
    await service!.publish(new Message<object>({ topic: 'c', body: { n: 2 } }), { exchange: fanout });
    expect((await received.whenCount(2)).map(numberOf)).toEqual([1, 2]);
  });

  it('delivers each message with its own headers, whether their names are those of other messages or not', async () => {
    const [service] = await services(1);
    const queue = unique('headers');
    const received = new Collector();
    await consume(service!, received.add, { queue });
    const own = Array.from({ length: 60 }, (_, n): Record<string, unknown> => {
      // Some sets of names repeat, in this order and another; some come once.
      const common = n % 2 === 0 ? { a: n, b: { n } } : { b: [n, null], a: `${n}` };
      if (n % 10 === 9) return { [n % 20 === 9 ? 'a\nb' : 'a']: n, ...(n % 20 !== 9 && { b: n }) };
      return n % 3 === 0 ? { ...common, [`only-${n}`]: true } : common;
    });
    const messages = own.map((headers) => new Message<object>({ topic: queue, headers }));
    await Promise.all(messages.map((message) => service!.publish(message, { exchange: '' })));
    const ownOf = ({ headers }: Message<object>): Record<string, unknown> =>
      Object.fromEntries(Object.entries(headers).filter(([name]) => /^(a|b|a\nb|only-.*)$/.test(name)));
    expect((await received.whenCount(own.length)).map(ownOf)).toEqual(own);
    expect(messages.map(ownOf)).toEqual(own);
  });

  it('delivers a Date in headers as an AMQP timestamp of whole seconds', async () => {
    const [service] = await services(1);
    const queue = unique('dated');
    const received = new Collector();
    await consume(service!, received.add, { queue });
    const headers = { at: new Date(1_500), nested: { at: [new Date(2_999)] } };
    await service!.publish(new Message<object>({ topic: queue, headers }), { exchange: '' });
    const [message] = await received.whenCount(1);
    expect(message!.headers).toMatchObject({
      at: { '!': 'timestamp', value: 1 },
      nested: { at: [{ '!': 'timestamp', value: 2 }] },
    });
  });

  it('returns a mandatory message that no queue gets, and confirms one that is not mandatory', async () => {
    const [service] = await services(1);
    const message = new Message<object>({ topic: unique('nowhere') });
    await service!.publish(message);
    await expect(service!.publish(message, { mandatory: true })).rejects.toThrow(PublishReturned);
    await expect(service!.publish(message, { mandatory: true, exchange: '' })).rejects.toThrow(
      PublishReturned,
    );
  });

  it('does not confirm a message to a missing exchange', async () => {
    const [service] = await services(1);
    const message = new Message<object>({ topic: 'x' });
    await expect(service!.publish(message, { exchange: unique('missing'), timeout: 1_000 })).rejects.toThrow(
      PublishTimeout,
    );
    await service!.publish(message);
  });

  it('keeps the messages of a queue without a consumer, and their order', async () => {
    const [publishing, consuming] = await services(2);
    const queue = unique('kept');
    await (await consume(consuming!, () => undefined, { queue })).cancel();
    await send(publishing!, queue, 1, 2, 3);
    const received = new Collector();
    await consume(consuming!, received.add, { queue });
    expect((await received.whenCount(3)).map(numberOf)).toEqual([1, 2, 3]);
  });

  it('delivers a message again after Nack, marked as redelivered and in its place', async () => {
    const [service] = await services(1, { qos: { prefetchCount: 1 } });
    const queue = unique('nack');
    const seen = new Collector<[unknown, boolean]>();
    await consume(
      service!,
      (message, { redelivered }: FedoraMessagingContext) => {
        seen.add([numberOf(message), redelivered]);
        if (numberOf(message) === 1 && !redelivered) throw new Nack();
      },
      { queue },
    );
    await send(service!, queue, 1, 2);
    expect(await seen.whenCount(3)).toEqual([
      [1, false],
      [1, true],
      [2, false],
    ]);
  });

  it('dead-letters a dropped message', async () => {
    const [service] = await services(1);
    const [queue, dead] = [unique('queue'), unique('dead')];
    const deadLetters = new Collector();
    await consume(service!, deadLetters.add, { queue: dead });
    await consume(
      service!,
      () => {
        throw new Drop();
      },
      {
        queue,
        options: {
          ...TEMPORARY,
          arguments: {
            'x-expires': 120_000,
            'x-dead-letter-exchange': '',
            'x-dead-letter-routing-key': dead,
          },
        },
      },
    );
    await send(service!, queue, 1);
    const [letter] = await deadLetters.whenCount(1);
    expect(numberOf(letter!)).toBe(1);
    expect(letter!.headers).toMatchObject({
      'x-death': [{ queue, reason: 'rejected', count: 1, 'routing-keys': [queue] }],
    });
  });

  it('dead-letters a message that has waited longer than x-message-ttl', async () => {
    const [service] = await services(1);
    const [queue, dead] = [unique('ttl'), unique('dead')];
    const deadLetters = new Collector();
    await consume(service!, deadLetters.add, { queue: dead });
    const waiting = await consume(service!, () => undefined, {
      queue,
      options: {
        ...TEMPORARY,
        arguments: {
          'x-expires': 120_000,
          'x-message-ttl': 100,
          'x-dead-letter-exchange': '',
          'x-dead-letter-routing-key': dead,
        },
      },
    });
    await waiting.cancel();
    await send(service!, queue, 1, 2);
    const letters = await deadLetters.whenCount(2);
    expect(letters.map(numberOf)).toEqual([1, 2]);
    expect(letters[0]!.headers).toMatchObject({ 'x-death': [{ queue, reason: 'expired' }] });
  });

  it('sends at most prefetchCount messages ahead, and shares a queue among its consumers', async () => {
    const [one, other] = await services(2, { qos: { prefetchCount: 1 } });
    const queue = unique('shared');
    const release = deferred();
    const [slow, fast] = [new Collector(), new Collector()];
    await consume(
      one!,
      (message) => {
        slow.add(message);
        return release.promise;
      },
      { queue },
    );
    await send(one!, queue, 1);
    await slow.whenCount(1);
    await consume(other!, fast.add, { queue });
    await send(one!, queue, 2, 3, 4);
    expect((await fast.whenCount(3)).map(numberOf)).toEqual([2, 3, 4]);
    expect(slow.items).toHaveLength(1);
    release.resolve();
  });

  it('gives the messages of a cancelled consumer to other consumers', async () => {
    const [one, other] = await services(2);
    const queue = unique('ahead');
    const release = deferred();
    const first = new Collector();
    const consumer = await consume(
      one!,
      (message) => {
        first.add(message);
        return release.promise;
      },
      { queue },
    );
    await send(one!, queue, 1, 2, 3);
    await first.whenCount(1);
    const received = new Collector();
    const cancelled = consumer.cancel();
    await consume(other!, received.add, { queue });
    release.resolve();
    await cancelled;
    expect((await received.whenCount(2)).map(numberOf)).toEqual([2, 3]);
  });

  it('deletes an auto-delete queue with its last consumer', async () => {
    const [service] = await services(1);
    const queue = unique('auto');
    const options = { ...TEMPORARY, autoDelete: true };
    const [one, two] = [
      await consume(service!, () => undefined, { queue, options }),
      await consume(service!, () => undefined, { queue, options }),
    ];
    const message = new Message<object>({ topic: queue });
    await one.cancel();
    await service!.publish(message, { exchange: '', mandatory: true });
    await two.cancel();
    await expect(service!.publish(message, { exchange: '', mandatory: true })).rejects.toThrow(
      PublishReturned,
    );
  });

  it('keeps an exclusive queue for its connection, and deletes it with the connection', async () => {
    const [one, other] = await services(2);
    const queue = unique('exclusive');
    const options = { ...TEMPORARY, exclusive: true };
    await consume(one!, () => undefined, { queue, options });
    await expect(consume(other!, () => undefined, { queue, options })).rejects.toMatchObject({
      constructor: BadDeclaration,
      objectType: 'queue',
      description: { name: queue },
      reason: expect.stringMatching(/RESOURCE.LOCKED/i) as string,
    });
    const message = new Message<object>({ topic: queue });
    await other!.publish(message, { exchange: '', mandatory: true });
    await one!.stop();
    await expect(other!.publish(message, { exchange: '', mandatory: true })).rejects.toThrow(PublishReturned);
  });

  it('refuses to declare a queue again with other settings', async () => {
    const [service] = await services(1);
    for (const different of [
      { ...TEMPORARY, autoDelete: true },
      { ...TEMPORARY, durable: true },
      { ...TEMPORARY, arguments: { 'x-expires': 60_000 } },
    ]) {
      const queue = unique('other');
      await consume(service!, () => undefined, { queue });
      await expect(consume(service!, () => undefined, { queue, options: different })).rejects.toMatchObject({
        constructor: BadDeclaration,
        objectType: 'queue',
        description: { name: queue, durable: different.durable },
        reason: expect.stringMatching(/PRECONDITION.FAILED/i) as string,
      });
    }
  });

  it('refuses a passive declaration of a missing queue or exchange, and a binding to it', async () => {
    const [passive] = await services(1, { passiveDeclares: true });
    const queue = unique('missing');
    await expect(consume(passive!, () => undefined, { queue })).rejects.toMatchObject({
      constructor: BadDeclaration,
      objectType: 'queue',
      description: { name: queue, passive: true },
      reason: expect.stringMatching(/NOT.FOUND/i) as string,
    });
    const [service] = await services(1);
    const exchange = unique('missing');
    await expect(
      consume(service!, () => undefined, { bindings: [{ exchange, routingKeys: ['#'] }] }),
    ).rejects.toMatchObject({
      constructor: BadDeclaration,
      objectType: 'binding',
      description: { exchange, routingKey: '#' },
      reason: expect.stringMatching(/NOT.FOUND/i) as string,
    });
  });

  it('gives each queue without a name its own name', async () => {
    const [service] = await services(1);
    const topic = unique('named');
    const bindings = [{ exchange: 'amq.topic', routingKeys: [topic] }];
    const received = [new Collector(), new Collector()];
    const consumers = [
      await consume(service!, received[0]!.add, {
        queue: '',
        options: { ...TEMPORARY, exclusive: true },
        bindings,
      }),
      await consume(service!, received[1]!.add, {
        queue: '',
        options: { ...TEMPORARY, exclusive: true },
        bindings,
      }),
    ];
    expect(consumers[0]!.queue).toMatch(/^amq\.gen/);
    expect(consumers[0]!.queue).not.toBe(consumers[1]!.queue);
    await service!.publish(new Message<object>({ topic, body: { n: 1 } }));
    await Promise.all(received.map((collector) => collector.whenCount(1)));
  });

  it('counts messages by outcome', async () => {
    const [service] = await services(1);
    const queue = unique('counted');
    const seen = new Collector();
    const consumer = await consume(
      service!,
      (message, { redelivered }: FedoraMessagingContext) => {
        seen.add(message);
        if (numberOf(message) === 2) throw new Drop();
        if (numberOf(message) === 3 && !redelivered) throw new Nack();
        if (numberOf(message) === 4) throw new Error('out of order');
      },
      { queue },
    );
    expect(service!.statistics).toMatchObject({ consuming: true, published: 0 });
    await send(service!, queue, 1, 2, 3);
    await seen.whenCount(4);
    await send(service!, queue, 4);
    await expect(consumer.result).rejects.toThrow('out of order');
    expect(service!.statistics).toEqual({
      consuming: false,
      published: 4,
      consumed: { received: 5, processed: 2, dropped: 1, rejected: 1, failed: 1 },
    });
  });
});
