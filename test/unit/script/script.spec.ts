import { describe, expect, expectTypeOf, it, onTestFinished, vi } from 'vitest';
import {
  BadDeclaration,
  ConfigurationException,
  consume,
  type ConsumingScript,
  type FedoraMessagingOptions,
  HaltConsumer,
  Message,
  MessageSchema,
  publish,
  type ScriptOptions,
} from '../../../lib/index.js';
import { EmbeddedBroker } from '../../../lib/broker/embedded/index.js';
import { parseAmqpUrl } from '../../../lib/config/index.js';
import { Collector } from '../../support/collector.js';
import { memoryUrl } from '../../support/memory-url.js';

@MessageSchema('test.script.build', { topic: 'script.build' })
class Build extends Message<{ nvr?: string }> {}

/** A script that leaves the process to the tests; it is closed when the test ends. */
async function start(
  callback: Parameters<typeof consume>[0],
  options: ScriptOptions & Parameters<typeof consume>[1] = {},
): Promise<{ script: ConsumingScript; settings: FedoraMessagingOptions }> {
  const settings = options.settings ?? { amqpUrl: memoryUrl() };
  const script = await consume(callback, { ownsProcess: false, ...options, settings });
  onTestFinished(() => script.close());
  return { script, settings };
}

describe('consume() without an application', () => {
  it('calls the callback with instances of their classes, and receives messages of publish() with the same settings', async () => {
    const received = new Collector<Message>();
    const { settings } = await start((message) => received.add(message));
    await publish(new Build({ body: { nvr: 'kernel-6' } }), { settings });
    const [message] = await received.whenCount(1);
    expect(message).toBeInstanceOf(Build);
    expect(message!.body).toEqual({ nvr: 'kernel-6' });
  });

  it('accepts the queues, bindings and message classes of its options', async () => {
    const received = new Collector<Build>();
    const settings = { amqpUrl: memoryUrl() };
    const script = await consume((message) => received.add(message), {
      settings,
      ownsProcess: false,
      queues: { builds: { durable: true, autoDelete: false, exclusive: false, arguments: {} } },
      bindings: { exchange: 'amq.topic', routingKeys: ['script.#'] },
      messages: [Build],
    });
    onTestFinished(() => script.close());
    expect(script.service.consumers.map(({ queue }) => queue)).toEqual(['builds']);
    await publish(new Message({ topic: 'script.other' }), { settings });
    await publish(new Build({ topic: 'elsewhere' }), { settings });
    await publish(new Build({}), { settings });
    const [message] = await received.whenCount(1);
    expect(message!.topic).toBe('script.build');
    expect(received.items).toHaveLength(1);
  });

  it('accepts an object or a class with handle(message), as a service does', async () => {
    const received = new Collector<string>();
    class Printer {
      private readonly name = 'printer';
      handle({ topic }: Message): void {
        received.add(`${this.name} ${topic}`);
      }
    }
    const { settings } = await start(Printer);
    await publish(new Message({ topic: 'a' }), { settings });
    expect(await received.whenCount(1)).toEqual(['printer a']);
  });

  it('ends at close(): the message in hand is finished, and closed resolves', async () => {
    const inHand = new Collector<string>();
    let release!: () => void;
    let isHandled = false;
    const { script, settings } = await start(async ({ topic }) => {
      inHand.add(topic);
      await new Promise<void>((resolve) => (release = resolve));
      isHandled = true;
    });
    await publish(new Message({ topic: 'a' }), { settings });
    await inHand.whenCount(1);
    const closing = script.close();
    expect(isHandled).toBe(false);
    release();
    await closing;
    await script.closed;
    expect(isHandled).toBe(true);
    expect(script.service.statistics.consumed).toMatchObject({ processed: 1, rejected: 0 });
    await expect(script.close()).resolves.toBeUndefined();
  });

  it.each<[what: string, thrown: Error, outcome: 'resolves' | 'rejects']>([
    ['HaltConsumer', new HaltConsumer(), 'resolves'],
    ['HaltConsumer with a code', new HaltConsumer({ exitCode: 3 }), 'rejects'],
    ['another error', new Error('out of cheese'), 'rejects'],
  ])(
    'ends with a callback that throws %s: closed has the result, and process.exitCode is not changed',
    async (__, thrown, outcome) => {
      const { script, settings } = await start(() => {
        throw thrown;
      });
      await publish(new Message({ topic: 'a' }), { settings });
      if (outcome === 'resolves') await expect(script.closed).resolves.toBeUndefined();
      else await expect(script.closed).rejects.toBe(thrown);
      expect(script.service.consumers).toEqual([]);
      expect(process.exitCode).toBeUndefined();
    },
  );

  it('ends all its consumers when the first of them stops', async () => {
    const queue = { durable: true, autoDelete: false, exclusive: false, arguments: {} };
    const { script, settings } = await start(
      () => {
        throw new HaltConsumer();
      },
      {
        queues: { a: queue, b: queue },
        bindings: [{ queue: 'a', exchange: 'amq.topic', routingKeys: ['a'] }],
      },
    );
    expect(script.service.consumers).toHaveLength(2);
    await publish(new Message({ topic: 'a' }), { settings });
    await script.closed;
    expect(script.service.consumers).toEqual([]);
  });

  it('listens for signals only when it owns the process, and stops listening when it ends', async () => {
    const before = process.listenerCount('SIGTERM');
    await start(() => undefined);
    expect(process.listenerCount('SIGTERM')).toBe(before);
    const { script } = await start(() => undefined, { ownsProcess: true });
    expect(process.listenerCount('SIGTERM')).toBe(before + 1);
    await script.close();
    expect(process.listenerCount('SIGTERM')).toBe(before);
  });

  it.each<[what: string, options: object, error: new (...args: never[]) => Error, problem: RegExp]>([
    [
      'an unknown option',
      { prefech: 1, setings: {} },
      ConfigurationException,
      /^The options of consume\(\): unknown key 'prefech' \(did you mean 'prefetch'\?\); unknown key 'setings' \(did you mean 'settings'\?\); the keys are .*, settings, ownsProcess$/,
    ],
    ['a wrong setting', { settings: { amqpUrl: 'http://x' } }, ConfigurationException, /amqp/],
    [
      'an exchange that is missing',
      { bindings: { exchange: 'none', routingKeys: ['#'] } },
      BadDeclaration,
      /./,
    ],
  ])('rejects, and listens for no signals, when it gets %s', async (__, options, error, problem) => {
    const before = process.listenerCount('SIGTERM');
    const attempt = consume(() => undefined, { settings: { amqpUrl: memoryUrl() }, ...options });
    await expect(attempt).rejects.toThrow(expect.objectContaining({ constructor: error }));
    await expect(attempt).rejects.toThrow(problem);
    expect(process.listenerCount('SIGTERM')).toBe(before);
  });

  it("rejects when the callback can't handle messages", async () => {
    await expect(consume(5 as never, { settings: { amqpUrl: memoryUrl() } })).rejects.toThrow(TypeError);
  });

  it('has the types of its message classes', () => {
    const typed = () =>
      consume((message) => expectTypeOf(message).toEqualTypeOf<Build>(), { messages: [Build] });
    expectTypeOf(typed).returns.resolves.toEqualTypeOf<ConsumingScript>();
  });
});

describe('publish() without an application', () => {
  it('shares a connection among publishes with the same settings object, and closes it after a second', async () => {
    const amqpUrl = memoryUrl();
    const broker = EmbeddedBroker.of(parseAmqpUrl(amqpUrl));
    const connect = vi.spyOn(broker, 'connect');
    const settings = { amqpUrl };
    await Promise.all(['a', 'b'].map((topic) => publish(new Message({ topic }), { settings })));
    await publish(new Message({ topic: 'c' }), { settings });
    expect(connect).toHaveBeenCalledTimes(1);
    await publish(new Message({ topic: 'd' }), { settings: { amqpUrl } });
    expect(connect).toHaveBeenCalledTimes(2);
    await expect(broker.close()).rejects.toThrow('2 connections are still open');
    await expect.poll(() => broker.close().then(() => 'closed')).toBe('closed');
  });

  it.each<[what: string, options: object, problem: RegExp]>([
    [
      'an unknown option',
      { exchnage: 'x' },
      /unknown key 'exchnage' \(did you mean 'exchange'\?\); the keys are .*, settings$/,
    ],
    ['a wrong setting', { settings: { amqpUrl: 'http://x' } }, /amqp/],
  ])('rejects when it gets %s', async (__, options, problem) => {
    const attempt = publish(new Message({ topic: 'a' }), { settings: { amqpUrl: memoryUrl() }, ...options });
    await expect(attempt).rejects.toThrow(expect.objectContaining({ constructor: ConfigurationException }));
    await expect(attempt).rejects.toThrow(problem);
  });
});
