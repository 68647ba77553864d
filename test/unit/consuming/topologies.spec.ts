import { describe, expect, it } from 'vitest';
import {
  type ConsumerOptions,
  type FedoraMessagingOptions,
  FedoraMessagingService,
  Message,
} from '../../../lib/index.js';
import { TestingBroker } from '../../../lib/testing/index.js';
import { startApp } from '../../support/application.js';

const QUEUE = { durable: true, autoDelete: false, exclusive: false, arguments: {} };
const TOPOLOGIES: FedoraMessagingOptions['topologies'] = {
  updates: {
    queues: { updates: QUEUE },
    bindings: { exchange: 'amq.topic', routingKeys: ['update.#'] },
    onError: 'retry',
    retry: { attempts: 2, delay: 1 },
  },
  builds: { queues: { builds: QUEUE }, bindings: { exchange: 'amq.topic', routingKeys: ['build.#'] } },
};
const UPDATE = new Message({ topic: 'update.new' });
const BUILD = new Message({ topic: 'build.new' });

async function start(topologies = TOPOLOGIES) {
  const broker = new TestingBroker();
  const app = await startApp({ options: { amqpUrl: broker.amqpUrl, topologies } });
  const fails = () => {
    throw new Error('the handler failed');
  };
  return {
    broker,
    consume: (options: ConsumerOptions) => app.get(FedoraMessagingService).consume(fails, options),
  };
}

describe('a consumer by consume() that names a topology', () => {
  it('has its queues, bindings and failure policy', async () => {
    const { broker, consume } = await start();
    const consumers = await consume({ topology: 'updates' });
    expect(consumers.map(({ queue }) => queue)).toEqual(['updates']);
    expect(await broker.deliver(UPDATE)).toBe('retry');
    expect(await broker.deliver(BUILD)).toBe('unroutable');
  });

  it('has the options next to the name instead of those of the topology', async () => {
    const { broker, consume } = await start();
    await consume({
      topology: 'updates',
      bindings: { exchange: 'amq.topic', routingKeys: ['build.#'] },
      onError: 'drop',
      prefetch: undefined as never,
    });
    expect(await broker.deliver(BUILD)).toBe('reject');
    expect(await broker.deliver(UPDATE)).toBe('unroutable');
  });

  it('is retried as its own options say when the topology says otherwise', async () => {
    const { broker, consume } = await start();
    await consume({ topology: 'builds', onError: 'retry', retry: { attempts: 2, delay: 1 } });
    expect(await broker.deliver(BUILD)).toBe('retry');
  });

  it.each<[string, FedoraMessagingOptions['topologies'], ConsumerOptions, string]>([
    [
      'there is none of that name, with the others, the nearest first',
      { ...TOPOLOGIES, update: {} },
      { topology: 'updtes' },
      `The consumer fails: there is no topology "updtes" (did you mean 'updates'?); the setting 'topologies' has updates, update, builds`,
    ],
    [
      'there are none',
      {},
      { topology: 'updates' },
      `there is no topology "updates"; the setting 'topologies' has none`,
    ],
    [
      'its name is that of a method of objects',
      {},
      { topology: 'toString' },
      'there is no topology "toString"',
    ],
    ['its name is no text', TOPOLOGIES, { topology: 5 as never }, 'there is no topology 5'],
    [
      'an option next to it is misspelt',
      TOPOLOGIES,
      { topology: 'updates', prefech: 1 } as ConsumerOptions,
      `The consumer fails: unknown key 'prefech' (did you mean 'prefetch'?)`,
    ],
    [
      'the topology has retry, and nobody asks for retries',
      { updates: { queues: { updates: QUEUE }, bindings: [], retry: { attempts: 1 } } },
      { topology: 'updates' },
      `'retry' needs onError: 'retry' or a function, but 'onError' is 'stop', the default`,
    ],
  ])('is refused when %s', async (_, topologies, options, text) => {
    const { consume } = await start(topologies);
    await expect(consume(options)).rejects.toThrow(text);
  });
});
