import { describe, expect, it } from 'vitest';
import {
  ConfigurationException,
  type ConsumerOptions,
  type FedoraMessagingOptions,
  FedoraMessagingService,
  Message,
} from '../../../lib/index.js';
import { startApp } from '../../support/application.js';
import { captureLog } from '../../support/captured-log.js';
import { errorOf } from '../../support/error-of.js';
import { memoryUrl } from '../../support/memory-url.js';

const QUEUE = { durable: true, autoDelete: false, exclusive: false, arguments: {} };

async function serviceWith(options: FedoraMessagingOptions = {}): Promise<FedoraMessagingService> {
  return (await startApp({ options: { amqpUrl: memoryUrl(), ...options } })).get(FedoraMessagingService);
}

/** The line in the log about the start of a consumer with these options. */
async function startLine(consumer: ConsumerOptions, options: FedoraMessagingOptions = {}): Promise<string> {
  const service = await serviceWith(options);
  const log = captureLog();
  await service.consume(function onUpdate() {}, consumer);
  return log.map(({ text }) => text).find((text) => text.includes('prefetch'))!;
}

describe('a consumer', () => {
  it.each<[string, ConsumerOptions, FedoraMessagingOptions, prefetch: number]>([
    ['the default of the settings', {}, {}, 10],
    ['at least its concurrency, when the settings have less', { concurrency: 40 }, {}, 40],
    ['that of the settings', {}, { qos: { prefetchCount: 7 } }, 7],
    ['no limit, when the settings have none', { concurrency: 3 }, { qos: { prefetchCount: 0 } }, 0],
    ['its own', { prefetch: 5, concurrency: 5 }, { qos: { prefetchCount: 7 } }, 5],
    ['no limit of its own', { prefetch: 0, concurrency: 5 }, {}, 0],
    ['the largest that AMQP has', { prefetch: 65_535 }, {}, 65_535],
  ])('has as prefetch %s', async (_, consumer, options, prefetch) => {
    expect(await startLine(consumer, options)).toContain(`prefetch ${prefetch}; `);
  });

  it.each<[ConsumerOptions, string]>([
    [{ concurrency: 0 }, "'concurrency' must be a whole number of at least 1, but is 0"],
    [{ concurrency: 1.5 }, "'concurrency' must be a whole number of at least 1, but is 1.5"],
    [{ prefetch: -1 }, "'prefetch' must be a whole number from 0, no limit, to 65535, but is -1"],
    [{ prefetch: 65_536 }, "'prefetch' must be a whole number from 0, no limit, to 65535, but is 65536"],
    [
      { prefetch: 3, concurrency: 5 },
      "'prefetch' (3) must be 0 or at least 'concurrency' (5): the broker would never send enough messages",
    ],
    [{ queues: {} }, "'queues' must name at least one queue to consume"],
    [
      { queues: { a: QUEUE, b: QUEUE }, bindings: { exchange: 'amq.topic', routingKeys: ['#'] } },
      "a binding on amq.topic has no 'queue', but the consumer has several queues (a, b): name one of them",
    ],
  ])('is refused with %j', async (options, reason) => {
    const service = await serviceWith();
    const error = await errorOf(service.consume(function onUpdate() {}, options));
    expect(error).toBeInstanceOf(ConfigurationException);
    expect(error.message).toBe(`The consumer onUpdate: ${reason}`);
    expect(service.consumers).toEqual([]);
  });

  it('names itself and the queue when its queue has an argument that AMQP has no type for', async () => {
    const service = await serviceWith();
    const queues = { a: { ...QUEUE, arguments: { 'x-odd': () => 1 } } };
    const error = await errorOf(service.consume(function onUpdate() {}, { queues } as ConsumerOptions));
    expect(error.message).toMatch(/^The consumer onUpdate.*'queues\.a\.arguments\.x-odd'/);
  });

  it('starts with a warning when a binding is for a queue that it does not have', async () => {
    const service = await serviceWith();
    const log = captureLog();
    await service.consume(function onUpdate() {}, {
      queues: { a: QUEUE },
      bindings: [
        { queue: 'other', exchange: 'amq.topic', routingKeys: ['#'] },
        { queue: 'a', exchange: 'amq.topic', routingKeys: ['#'] },
      ],
    });
    const warnings = log.filter(({ level }) => level === 'warn').map(({ text }) => text);
    expect(warnings).toEqual([
      "The consumer onUpdate: a binding on amq.topic is for queue 'other', which is not among its queues (a), so the binding is not declared. Correct its 'queue' (bus 'default')",
    ]);
  });

  it('is among the stopped consumers after a failure, and not after it was cancelled', async () => {
    const service = await serviceWith();
    const options = (queue: string): ConsumerOptions => ({
      queues: { [queue]: QUEUE },
      bindings: { exchange: 'amq.topic', routingKeys: [queue] },
    });
    const [failing] = await service.consume(function onFailure() {
      throw new Error('broken');
    }, options('failing'));
    const [cancelled] = await service.consume(function onUpdate() {}, options('cancelled'));
    await cancelled!.cancel();
    await service.publish(new Message({ topic: 'failing' }));
    await errorOf(failing!.result);
    expect(service.stoppedConsumers).toEqual([failing]);
    expect(service.consumers).toEqual([]);
  });

  it('can not be started while the application closes', async () => {
    const app = await startApp({ options: { amqpUrl: memoryUrl() } });
    const service = app.get(FedoraMessagingService);
    await app.close();
    const error = await errorOf(service.consume(function onUpdate() {}));
    expect(error.message).toBe("The consumer onUpdate can't start: the application is closing");
  });
});
