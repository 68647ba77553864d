import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  ConfigurationException,
  type ConsumerOptions,
  FedoraMessagingService,
  Message,
  type QueueOptions,
} from '../../../lib/index.js';
import { startApp } from '../../support/application.js';
import { captureLog } from '../../support/captured-log.js';
import { Collector } from '../../support/collector.js';
import { errorOf } from '../../support/error-of.js';
import { memoryUrl } from '../../support/memory-url.js';

function options(queue: string, more: Partial<QueueOptions> = {}): ConsumerOptions {
  return {
    queues: { [queue]: { durable: true, autoDelete: false, exclusive: false, arguments: {}, ...more } },
    bindings: { exchange: 'amq.topic', routingKeys: [queue] },
  };
}

async function start(): Promise<FedoraMessagingService> {
  return (await startApp({ options: { amqpUrl: memoryUrl() } })).get(FedoraMessagingService);
}

describe('a message whose handler fails', () => {
  it.each<[NonNullable<ConsumerOptions['onError']>, calls: number, description: string]>([
    ['requeue', 3, 'the message goes back into the queue'],
    ['drop', 1, 'the message is dropped'],
    ['retry', 3, 'of 5 comes in '],
    [(_, attempt) => (attempt < 3 ? 'requeue' : 'drop'), 3, 'the message goes back into the queue'],
    [() => 'drop', 1, 'the message is dropped'],
    [(_, attempt) => (attempt < 3 ? { delay: 1 } : 'drop'), 3, 'of 5 comes in '],
  ])('is treated by onError %s, and the consumer goes on', async (onError, calls, description) => {
    const service = await start();
    const seen = new Collector<string>();
    const log = captureLog();
    let failures = 0;
    const handler = ({ topic, body }: Message): void => {
      seen.add(String(body['n']));
      failures++;
      if (topic === 'fail' && failures < 3) throw new Error('broken');
      if (topic === 'fail' && calls === 1) throw new Error('broken');
    };
    const retry = onError === 'retry' || typeof onError === 'function' ? { retry: { delay: 1 } } : {};
    await service.consume(handler, {
      ...options('fail'),
      bindings: { exchange: 'amq.topic', routingKeys: ['#'] },
      onError,
      ...retry,
    });
    await service.publish(new Message({ topic: 'fail', body: { n: 1 } }));
    await seen.whenCount(calls);
    await service.publish(new Message({ topic: 'work', body: { n: 2 } }));
    expect(await seen.whenCount(calls + 1)).toEqual([...Array(calls).fill('1'), '2']);
    const errors = log.filter(({ text }) => text.includes('broken')).map(({ text }) => text);
    expect(errors.length).toBeGreaterThan(0);
    for (const text of errors) expect(text).toContain(description);
  });

  it('stops the consumer by default, and goes back into the queue', async () => {
    const url = memoryUrl();
    const first = (await startApp({ options: { amqpUrl: url } })).get(FedoraMessagingService);
    const log = captureLog();
    const [consumer] = await first.consume(() => {
      throw new Error('broken');
    }, options('orders'));
    await first.publish(new Message({ topic: 'orders', body: { n: 1 } }));
    expect((await errorOf(consumer!.result)).message).toContain('broken');
    expect(log.find(({ text }) => text.includes('broken'))!.text).toContain(
      'the consumer stops, and its messages go back into the queue',
    );
    const seen = new Collector<unknown>();
    await first.consume(({ body }: Message) => seen.add(body), options('orders'));
    expect(await seen.whenCount(1)).toEqual([{ n: 1 }]);
  });
});

describe('a consumer is refused with', () => {
  const stream = { arguments: { 'x-queue-type': 'stream' } };
  it.each<[string, object, reason: string]>([
    ['another onError', { onError: 'ignore' }, "'onError' must be"],
    ['another place of retries', { onError: 'retry', retry: { in: 'space' } }, "'retry.in' must be"],
    [
      'retries in the broker of a queue that the broker names',
      { ...options('', { durable: false, exclusive: true }), onError: 'retry', retry: { in: 'broker' } },
      "retry.in 'broker' needs a queue with a name",
    ],
    [
      'retries in the broker of a stream',
      { ...options('log', stream), onError: 'retry', retry: { in: 'broker' } },
      "the failed message to the stream 'log'",
    ],
    [
      'a parking queue whose name is too long',
      { onError: 'retry', retry: { parkingQueue: 'p'.repeat(256) } },
      'must be a string of at most 255 bytes',
    ],
  ])('%s', async (_, more, reason) => {
    const service = await start();
    const consumer = { ...options(`q-${randomUUID()}`), ...more } as ConsumerOptions;
    const error = await errorOf(service.consume(() => {}, consumer));
    expect(error).toBeInstanceOf(ConfigurationException);
    expect(error.message).toContain(reason);
  });
});
