import { describe, expect, it } from 'vitest';
import {
  type ConsumerOptions,
  Drop,
  type ExchangeOptions,
  FedoraMessagingService,
  Message,
  Nack,
} from '../../lib/index.js';
import { startApp } from '../support/application.js';
import { Collector } from '../support/collector.js';
import { memoryUrl } from '../support/memory-url.js';
import { amqpUrl, RawClient, TEMPORARY, unique } from '../support/shared-rabbitmq.js';

interface Bus {
  service: FedoraMessagingService;
  /** The name of a queue that is deleted when the test ends. */
  queue(): string;
}

/** Each test runs on both brokers. */
describe.each([
  ['RabbitMQ', amqpUrl],
  ['the embedded broker', memoryUrl],
])('on %s', (broker, url) => {
  async function bus(exchanges: Record<string, ExchangeOptions> = {}): Promise<Bus> {
    const raw = broker === 'RabbitMQ' ? await RawClient.open() : undefined;
    const service = (await startApp({ options: { amqpUrl: url(), exchanges } })).get(FedoraMessagingService);
    return {
      service,
      queue: () => {
        const queue = unique('embedded');
        raw?.deleteLater(queue);
        return queue;
      },
    };
  }

  /** Consumes a queue of its own for each binding, and returns which topics come through which. */
  async function routed(exchange: string, type: string, bindings: string[], topics: string[]) {
    const { service, queue } = await bus(exchange.startsWith('amq.') ? {} : { [exchange]: { type } });
    const ended = new Collector();
    const received = await Promise.all(
      bindings.map(async (binding) => {
        const through: string[] = [];
        await service.consume(
          (message: Message) => {
            if (message.topic === 'the.end') ended.add(message);
            else through.push(message.topic);
          },
          {
            queues: { [queue()]: TEMPORARY },
            bindings: [
              { exchange, routingKeys: binding.split(' ') },
              { exchange: 'amq.topic', routingKeys: ['the.end'] },
            ],
          },
        );
        return { binding, through };
      }),
    );
    for (const topic of topics) await service.publish(new Message({ topic }), { exchange });
    await service.publish(new Message({ topic: 'the.end' }), { exchange: 'amq.topic' });
    await ended.whenCount(bindings.length);
    return Object.fromEntries(received.map(({ binding, through }) => [binding, through]));
  }

  it('a topic exchange routes by words, and gives a queue a message once', async () => {
    const prefix = unique('topic');
    const at = (key: string): string => `${prefix}.${key}`;
    const topics = ['a', 'a.b', 'a.c.b', 'a.c.d.b', 'b.a', 'ab', 'a.'].map(at);
    const expected: Record<string, string[]> = {
      [at('#')]: topics,
      [at('a')]: ['a'].map(at),
      [at('a.#')]: ['a', 'a.b', 'a.c.b', 'a.c.d.b', 'a.'].map(at),
      [at('a.*')]: ['a.b', 'a.'].map(at),
      [at('a.#.b')]: ['a.b', 'a.c.b', 'a.c.d.b'].map(at),
      [at('a.*.b')]: ['a.c.b'].map(at),
      [at('*.*')]: ['a.b', 'b.a', 'a.'].map(at),
      [`#.${prefix}.#.b`]: ['a.b', 'a.c.b', 'a.c.d.b'].map(at),
      [`${at('#')} ${at('a')} ${at('*')}`]: topics,
    };
    expect(await routed('amq.topic', 'topic', Object.keys(expected), topics)).toEqual(expected);
  });

  it('a direct exchange routes by the whole routing key, to every queue bound with it', async () => {
    const exchange = unique('direct');
    const routedTo = await routed(exchange, 'direct', ['a', 'a b', '#', 'b'], ['a', 'b']);
    expect(routedTo).toEqual({ a: ['a'], 'a b': ['a', 'b'], '#': [], b: ['b'] });
  });

  it('retries a failed message after its delay, with its topic, also when it goes back meanwhile, and parks it', async () => {
    const { service, queue } = await bus();
    const name = queue();
    const topic = unique('retried');
    const attempts = new Collector<[topic: string, attempt: number]>();
    const options: ConsumerOptions = {
      queues: { [name]: TEMPORARY },
      bindings: [{ exchange: 'amq.topic', routingKeys: [topic] }],
      onError: 'retry',
      retry: { attempts: 3, delay: 20 },
    };
    await service.consume((message: Message, { attempt }) => {
      attempts.add([message.topic, attempt]);
      if (attempts.items.length === 2) throw new Nack();
      throw new Error('broken');
    }, options);
    const publishedAt = performance.now();
    await service.publish(new Message({ topic }));
    const parked = service.parkedMessages(name);
    await expect.poll(() => parked.list()).toEqual([expect.objectContaining({ topic, attempts: 3 })]);
    expect(performance.now() - publishedAt).toBeGreaterThan(55);
    expect(attempts.items).toEqual([1, 2, 2, 3].map((attempt) => [topic, attempt]));
  });

  it('dead-letters a message that a handler drops', async () => {
    const { service, queue } = await bus();
    const name = queue();
    const dead = queue();
    const topic = unique('dropped');
    const received = new Collector<Message>();
    const toDead = { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': dead };
    await service.consume(received.add, { queues: { [dead]: TEMPORARY }, bindings: [] });
    await service.consume(
      () => {
        throw new Drop();
      },
      {
        queues: { [name]: { ...TEMPORARY, arguments: toDead } },
        bindings: [{ exchange: 'amq.topic', routingKeys: [topic] }],
      },
    );
    const message = new Message({ topic, body: { n: 1 } });
    await service.publish(message);
    await received.whenCount(1);
    expect(received.items[0]).toMatchObject({ id: message.id, body: { n: 1 } });
  });

  it('returns a mandatory message that no queue gets, and confirms any other', async () => {
    const { service } = await bus();
    const nowhere = new Message({ topic: unique('nowhere') });
    await service.publish(nowhere);
    await expect(service.publish(nowhere, { mandatory: true })).rejects.toThrow(/312 NO_ROUTE/);
  });

  it('keeps its own exchanges when the last queue is deleted', async () => {
    const { service, queue } = await bus();
    const topic = unique('after');
    const consume = async (handler: (message: Message) => void) =>
      service.consume(handler, {
        queues: { [queue()]: { ...TEMPORARY, autoDelete: true } },
        bindings: [{ exchange: 'amq.topic', routingKeys: [topic] }],
      });
    const [consumer] = await consume(() => undefined);
    await consumer!.cancel();
    const received = new Collector<Message>();
    await consume(received.add);
    await service.publish(new Message({ topic }));
    expect(await received.whenCount(1)).toHaveLength(1);
  });
});
