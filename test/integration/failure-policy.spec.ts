import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  BadDeclaration,
  ConfigurationException,
  type ConsumerFunction,
  type ConsumerOptions,
  FedoraMessagingService,
  Message,
  type QueueOptions,
  type RetryOptions,
  type RunningConsumer,
} from '../../lib/index.js';
import { startApp } from '../support/application.js';
import { captureLog } from '../support/captured-log.js';
import { Collector } from '../support/collector.js';
import {
  addUser,
  amqpUrl,
  closeConnections,
  listQueues,
  RawClient,
  setPermissions,
  TEMPORARY,
  unique,
} from '../support/shared-rabbitmq.js';

interface Consumed {
  readonly service: FedoraMessagingService;
  readonly consumer: RunningConsumer;
  readonly raw: RawClient;
  readonly queue: string;
}

async function consumeWith(
  handler: ConsumerFunction<Message<object>>,
  policy: Pick<ConsumerOptions, 'onError' | 'retry'>,
  { options = TEMPORARY as QueueOptions, url = amqpUrl(), routingKey = '' } = {},
): Promise<Consumed> {
  const raw = await RawClient.open();
  const queue = unique('policy');
  const service = (await startApp({ options: { amqpUrl: url } })).get(FedoraMessagingService);
  const bindings = routingKey === '' ? [] : [{ exchange: 'amq.topic', routingKeys: [routingKey] }];
  raw.deleteLater(queue);
  for (const name of auxiliaryQueues(queue, policy.retry ?? {})) raw.deleteLater(name);
  const [consumer] = await service.consume(handler, { queues: { [queue]: options }, bindings, ...policy });
  return { service, consumer: consumer!, raw, queue };
}

function auxiliaryQueues(
  queue: string,
  { attempts = 5, delay = 1000, parkingQueue }: RetryOptions,
): string[] {
  const waiting = Array.from({ length: attempts - 1 }, (_, n) => `${queue}.retry.${delay * 2 ** n}`);
  return [...waiting, parkingQueue ?? `${queue}.parked`];
}

/** The reason why a limit of deliveries ends nothing. */
const NOT_COUNTED = 'Since 4.3, RabbitMQ does not count what a consumer gives back';
/** All but the default exchange, to which copies of failed messages are published. */
const NOT_DEFAULT_EXCHANGE = '^(?!amq\\.default$).*';

const broken = (): never => {
  throw new Error('broken');
};

describe('onError requeue', () => {
  it('puts the message back, and the consumer goes on', async () => {
    const seen = new Collector<boolean>();
    const { service, consumer, raw, queue } = await consumeWith(
      (_, { redelivered }) => {
        seen.add(redelivered);
        if (seen.items.length < 3) broken();
      },
      { onError: 'requeue' },
    );
    raw.send(queue, '{}');
    expect(await seen.whenCount(3)).toEqual([false, true, true]);
    await expect.poll(() => service.statistics.consumed).toMatchObject({ failed: 2, processed: 1 });
    expect(consumer.isConsuming).toBe(true);
  });

  it('ends with the delivery limit of a quorum queue, which dead-letters the message', async ({ skip }) => {
    const raw = await RawClient.open();
    skip(raw.version.isSince(4, 3), NOT_COUNTED);
    const deadLetters = await raw.queue('');
    const seen = new Collector();
    const { queue, raw: sender } = await consumeWith(
      (message) => {
        seen.add(message);
        broken();
      },
      { onError: 'requeue' },
      {
        options: {
          durable: true,
          autoDelete: false,
          exclusive: false,
          arguments: {
            'x-queue-type': 'quorum',
            'x-delivery-limit': 3,
            'x-dead-letter-exchange': '',
            'x-dead-letter-routing-key': deadLetters,
          },
        },
      },
    );
    sender.send(queue, '{"poison":true}');
    expect((await raw.next(deadLetters)).content.toString()).toBe('{"poison":true}');
    expect(seen.items).toHaveLength(4);
  });
});

describe('onError drop', () => {
  it('discards the message, and the consumer goes on', async () => {
    const seen = new Collector<unknown>();
    const { service, raw, queue, consumer } = await consumeWith(
      async (message) => {
        seen.add(message.body);
        if (seen.items.length === 1) broken();
      },
      { onError: 'drop' },
    );
    raw.send(queue, '{"n":1}');
    raw.send(queue, '{"n":2}');
    expect(await seen.whenCount(2)).toEqual([{ n: 1 }, { n: 2 }]);
    await expect.poll(() => service.statistics.consumed).toMatchObject({ failed: 1, processed: 1 });
    await consumer.cancel();
    expect(await raw.count(queue)).toBe(0);
  });
});

describe('onError retry', () => {
  it('delivers the message again with growing delays, unchanged except for the attempt number', async () => {
    const topic = unique('retry.topic');
    const seen = new Collector<{ message: Message<object>; attempt: number; at: number }>();
    const { service } = await consumeWith(
      async (message, { attempt }) => {
        seen.add({ message, attempt, at: Date.now() });
        if (attempt < 4) broken();
      },
      { onError: 'retry', retry: { attempts: 4, delay: 100 } },
      { routingKey: topic },
    );
    const sent = new Message({ topic, body: { n: 1 }, headers: { own: 'header' } });
    sent.priority = 3;
    await service.publish(sent);
    const attempts = await seen.whenCount(4);
    expect(attempts.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4]);
    const waits = attempts.slice(1).map(({ at }, index) => at - attempts[index]!.at);
    expect(waits[0]).toBeGreaterThanOrEqual(95);
    expect(waits[1]).toBeGreaterThanOrEqual(195);
    expect(waits[2]).toBeGreaterThanOrEqual(395);
    for (const { message } of attempts) {
      expect(message).toMatchObject({ id: sent.id, topic, body: { n: 1 }, priority: 3 });
      expect(Object.keys(message.headers).filter((name) => name.startsWith('x-retry'))).toEqual([]);
      expect(message.headers).toMatchObject({ own: 'header', 'sent-at': sent.headers['sent-at'] });
    }
    await expect
      .poll(() => service.statistics.consumed)
      .toMatchObject({ received: 4, failed: 3, processed: 1 });
  });

  it('parks the message in the end; from there it can be moved back to start anew', async () => {
    const parkingQueue = unique('parking');
    const seen = new Collector<number>();
    let isMended = false;
    const { raw, queue, consumer } = await consumeWith(
      (message, { attempt }) => {
        seen.add(attempt);
        if (!isMended) broken();
        expect(message.topic).toBe(queue);
      },
      { onError: 'retry', retry: { attempts: 3, delay: 20, parkingQueue } },
    );
    raw.send(queue, '{"n":1}', { messageId: 'parked' });
    await seen.whenCount(3);
    const parked = await raw.next(parkingQueue);
    expect(seen.items).toEqual([1, 2, 3]);
    expect(parked.properties).toMatchObject({ messageId: 'parked', headers: { 'x-retry-error': 'broken' } });
    expect(consumer.isConsuming).toBe(true);

    isMended = true;
    raw.channel.sendToQueue(queue, parked.content, parked.properties as object);
    expect(await seen.whenCount(4)).toEqual([1, 2, 3, 1]);
  });

  it('lets messages behind the failed message pass', async () => {
    const seen = new Collector<number>();
    const { raw, queue } = await consumeWith(
      (message, { attempt }) => {
        const { n } = message.body as { n: number };
        if (n === 1 && attempt === 1) broken();
        seen.add(n);
      },
      { onError: 'retry', retry: { delay: 200, attempts: 2 } },
    );
    for (const n of [1, 2, 3]) raw.send(queue, JSON.stringify({ n }));
    expect(await seen.whenCount(3)).toEqual([2, 3, 1]);
  });

  it('keeps waiting messages when the process ends, because the broker has them', async () => {
    const seen = new Collector<number>();
    const { service, raw, queue } = await consumeWith(broken, {
      onError: 'retry',
      retry: { delay: 300, attempts: 2 },
    });
    raw.send(queue, '{"n":1}');
    await expect.poll(() => raw.count(`${queue}.retry.300`)).toBe(1);
    await service.stop();
    const another = (await startApp({ options: { amqpUrl: amqpUrl() } })).get(FedoraMessagingService);
    await another.consume(
      (_: Message, { attempt }) => {
        seen.add(attempt);
      },
      { queues: { [queue]: TEMPORARY }, bindings: [], onError: 'retry', retry: { delay: 300, attempts: 2 } },
    );
    expect(await seen.whenCount(1)).toEqual([2]);
  });

  it('works with quorum queues', async () => {
    const seen = new Collector<number>();
    const { raw, queue } = await consumeWith(
      (_, { attempt }) => {
        seen.add(attempt);
        if (attempt === 1) broken();
      },
      { onError: 'retry', retry: { delay: 50, attempts: 2 } },
      {
        options: {
          durable: true,
          autoDelete: false,
          exclusive: false,
          arguments: { 'x-queue-type': 'quorum' },
        },
      },
    );
    raw.send(queue, '{}', { messageId: randomUUID() });
    expect(await seen.whenCount(2)).toEqual([1, 2]);
  });

  it('stops the consumer, and the message stays, when the user may not write to the retry queue any more', async () => {
    const user = await addUser({ configure: '.*', write: '.*', read: '.*' });
    const { raw, queue, consumer } = await consumeWith(
      broken,
      { onError: 'retry', retry: { delay: 50, attempts: 2 } },
      { url: amqpUrl(user) },
    );
    await setPermissions(user, { configure: '.*', write: NOT_DEFAULT_EXCHANGE, read: '.*' });
    // A channel remembers the permissions of its user.
    await closeConnections(user);
    raw.send(queue, '{}');
    await expect(consumer.result).rejects.toThrow(/ACCESS_REFUSED/);
    await expect.poll(() => raw.count(queue)).toBe(1);
  });

  it('is refused at the start, with the missing permission, when the user may not write to the retry queue', async () => {
    const user = await addUser({ configure: '.*', write: NOT_DEFAULT_EXCHANGE, read: '.*' });
    const started = consumeWith(broken, { onError: 'retry' }, { url: amqpUrl(user) });
    await expect(started).rejects.toThrow(BadDeclaration);
    await expect(started).rejects.toThrow(
      /'amq\.default' in vhost.*refused.*write to the default exchange.*in: 'process'/s,
    );
  });

  it.each<[string, ConsumerOptions]>([
    ['retries in the broker of a queue that it names', { onError: 'retry', retry: { in: 'broker' } }],
    ['an onError that is none', { onError: 'ignore' as never }],
    ['attempts that are no number', { queues: { q: TEMPORARY }, onError: 'retry', retry: { attempts: 0 } }],
  ])('is refused for %s', async (_, options) => {
    const service = (await startApp({ options: { amqpUrl: amqpUrl() } })).get(FedoraMessagingService);
    await expect(service.consume(broken, options)).rejects.toThrow(ConfigurationException);
  });

  it.each(['process', 'broker'] as const)(
    'in the %s lets other messages go on while a failed message waits',
    async (place) => {
      const { raw, queue, service } = await consumeWith(
        (message) => {
          if (message.id === 'bad') broken();
        },
        { onError: 'retry', retry: { in: place, attempts: 2, delay: 3_600_000, maxDelay: 3_600_000 } },
      );
      for (const messageId of ['bad', 'good', 'fine']) raw.send(queue, '{}', { messageId });
      await expect.poll(() => service.statistics.consumed).toMatchObject({ processed: 2, failed: 1 });
    },
  );

  it.each(['process', 'broker'] as const)('in the %s ends as the option exhausted says', async (place) => {
    const attempts: number[] = [];
    const { raw, queue, service } = await consumeWith(
      (_, { attempt }) => {
        attempts.push(attempt);
        broken();
      },
      { onError: 'retry', retry: { in: place, delays: [10, 20], exhausted: 'drop' } },
    );
    raw.send(queue, '{}');
    await expect.poll(() => service.statistics.consumed.failed).toBe(3);
    expect(attempts).toEqual([1, 2, 3]);
    await expect.poll(() => raw.count(queue)).toBe(0);
  });

  it('in the process gives a waiting message back when the consumer is paused, and starts anew', async () => {
    const attempts = new Collector<number>();
    const { raw, queue, consumer } = await consumeWith(
      (_, { attempt }) => {
        attempts.add(attempt);
        if (attempts.items.length < 3) broken();
      },
      { onError: 'retry', retry: { in: 'process', delays: [20, 3_600_000] } },
    );
    raw.send(queue, '{}');
    await attempts.whenCount(2);
    await consumer.pause();
    expect(await raw.count(queue)).toBe(1);
    await consumer.resume();
    expect(await attempts.whenCount(3)).toEqual([1, 2, 1]);
  });

  it('in the process leaves a message to its queue when the application closes, and does not wait for it', async () => {
    const attempts = new Collector<number>();
    const { raw, queue, service } = await consumeWith(
      (_, { attempt }) => {
        attempts.add(attempt);
        broken();
      },
      { onError: 'retry', retry: { in: 'process', delay: 3_600_000, maxDelay: 3_600_000 } },
    );
    raw.send(queue, '{}');
    await attempts.whenCount(1);
    await service.stop();
    await expect.poll(() => raw.count(queue)).toBe(1);
  });

  it('in the process works for a queue that the broker names', async () => {
    const attempts = new Collector<number>();
    const raw = await RawClient.open();
    const service = (await startApp({ options: { amqpUrl: amqpUrl() } })).get(FedoraMessagingService);
    const [consumer] = await service.consume(
      (_, { attempt }) => {
        attempts.add(attempt);
        if (attempt < 3) broken();
      },
      { bindings: [], onError: 'retry', retry: { delay: 10 } },
    );
    raw.send(consumer!.queue, '{}');
    expect(await attempts.whenCount(3)).toEqual([1, 2, 3]);
  });

  it('keeps messages in quorum queues, and warns about an existing classic queue', async () => {
    const log = captureLog();
    const classic = unique('parked');
    const raw = await RawClient.open();
    await raw.channel.assertQueue(classic, { durable: true });
    const { queue } = await consumeWith(broken, {
      onError: 'retry',
      retry: { delay: 50, attempts: 2, parkingQueue: classic },
    });
    const types = Object.fromEntries((await listQueues('name', 'arguments')) as [string, string][]);
    expect(types[`${queue}.retry.50`]).toContain('quorum');
    const warnings = log.filter(({ level }) => level === 'warn').map(({ text }) => text);
    expect(warnings).toEqual([expect.stringContaining(`The queue '${classic}' is a classic queue`)]);
  });

  it('logs each failure with the error and the next step', async () => {
    const log = captureLog();
    const seen = new Collector<number>();
    const { raw, queue } = await consumeWith(
      (_, { attempt }) => {
        seen.add(attempt);
        if (attempt === 1) broken();
      },
      { onError: 'retry', retry: { delay: 20, attempts: 2 } },
    );
    raw.send(queue, '{}', { messageId: 'logged' });
    await seen.whenCount(2);
    expect(log).toContainEqual({
      level: 'error',
      text: expect.stringMatching(/"logged".*broken.*attempt 2 of 2 comes in 20 ms/) as string,
    });
  });
});
