import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  ConfigurationException,
  Consumer,
  type ConsumerDecoratorOptions,
  FedoraMessagingModule,
  FedoraMessagingService,
  type FedoraMessagingSettings,
  Message,
  MessageSchema,
  OnMessage,
  resolveSettings,
} from '../../../lib/index.js';
import { startApp } from '../../support/application.js';
import { memoryUrl } from '../../support/memory-url.js';

const KEYS = 'topology, queues, bindings, prefetch, concurrency, consumeArguments, onError, retry';

async function refusalOf(attempt: Promise<unknown>): Promise<string> {
  const error = await attempt.then(
    () => expect.unreachable('it was accepted'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ConfigurationException);
  return (error as Error).message;
}

/** The error of an application with a decorated method. */
function refusalOfDecorator(options: object): Promise<string> {
  @Injectable()
  class Notifier {
    @Consumer(options as ConsumerDecoratorOptions)
    onUpdate(): void {}
  }
  return refusalOf(startApp({ options: { amqpUrl: memoryUrl() }, providers: [Notifier] }));
}

describe('an unknown key is refused, and the error names the probable key,', () => {
  it('by @Consumer on a method', async () => {
    expect(await refusalOfDecorator({ queue: 'q' })).toBe(
      `The consumer Notifier.onUpdate: unknown key 'queue' (did you mean 'queues'?); the keys are ${KEYS}, bus, messages, unhandled, enabled`,
    );
  });

  it('by @Consumer on a class', async () => {
    @Injectable()
    @Consumer({ unhandeld: 'drop' } as ConsumerDecoratorOptions)
    class Notifier {
      @OnMessage(Message)
      onUpdate(): void {}
    }
    const starting = startApp({ options: { amqpUrl: memoryUrl() }, providers: [Notifier] });
    expect(await refusalOf(starting)).toContain(
      `The consumer Notifier: unknown key 'unhandeld' (did you mean 'unhandled'?)`,
    );
  });

  it('in retry', async () => {
    expect(await refusalOfDecorator({ onError: 'retry', retry: { atempts: 3, jitter: 1 } })).toBe(
      `The consumer Notifier.onUpdate: unknown key 'retry.atempts' (did you mean 'attempts'?); unknown key 'retry.jitter'; the keys are in, attempts, delays, delay, maxDelay, exhausted, parkingQueue`,
    );
  });

  it('by consume(), which takes no bus', async () => {
    const service = (await startApp({ options: { amqpUrl: memoryUrl() } })).get(FedoraMessagingService);
    const consuming = service.consume(() => undefined, { bus: 'staging' } as object);
    expect(await refusalOf(consuming)).toMatch(
      /unknown key 'bus'; the keys are topology, queues.*messages, unhandled$/,
    );
    expect(service.consumers).toEqual([]);
  });

  it('by publish(), before anything is sent', async () => {
    const service = (await startApp({ options: { amqpUrl: memoryUrl() } })).get(FedoraMessagingService);
    const publishing = service.publish(new Message({ topic: 'a' }), { timeOut: 1 } as object);
    expect(await refusalOf(publishing)).toBe(
      `The options of publish(): unknown key 'timeOut' (did you mean 'timeout'?); the keys are exchange, timeout, mandatory, expiration, correlationId, type, timestamp, appId, replyTo`,
    );
    expect(service.statistics.published).toBe(0);
  });

  it('by forRoot()', async () => {
    const starting = startApp({ options: { amqpUrl: memoryUrl(), topicPrefx: 'org.example' } as object });
    expect(await refusalOf(starting)).toContain(`unknown key 'topicPrefx' (did you mean 'topicPrefix'?)`);
  });

  it('by forRoot(), whose keys include more than those of resolveSettings()', async () => {
    const starting = startApp({ options: { amqpUrl: memoryUrl(), isGlobl: false } as object });
    expect(await refusalOf(starting)).toMatch(/'isGlobl' \(did you mean 'isGlobal'\?\).*isGlobal, bus$/);
    expect(() => resolveSettings({ isGlobl: false } as object)).toThrow(/unknown key 'isGlobl'; the keys/);
  });

  it('by forRootAsync(), next to the factory and in its result', async () => {
    const useFactory = () => ({ amqpUrl: memoryUrl(), bus: 'staging' });
    expect(() => FedoraMessagingModule.forRootAsync({ useFactory, name: 'staging' } as never)).toThrow(
      "FedoraMessagingModule.forRootAsync(): unknown key 'name' (did you mean 'bus'?)",
    );
    const starting = NestFactory.createApplicationContext(
      FedoraMessagingModule.forRootAsync({ useFactory }),
      {
        logger: false,
        abortOnError: false,
      },
    );
    expect(await refusalOf(starting)).toBe(
      `The factory of FedoraMessagingModule.forRootAsync() returned 'bus': give it to forRootAsync() itself, next to the factory`,
    );
  });

  const QUEUE = { durable: false, autoDelete: true, exclusive: true, arguments: {} };
  const BINDING = { exchange: 'amq.topic', routingKeys: ['#'] };

  it.each([
    [
      { tls: { cacert: 'ca.pem' } },
      "'tls.cacert' (did you mean 'caCert'?); the keys are caCert, certfile, keyfile",
    ],
    [{ qos: { prefetchcount: 5 } }, "'qos.prefetchcount' (did you mean 'prefetchCount'?)"],
    [{ monitoring: { port: 0, adress: '::1' } }, "'monitoring.adress' (did you mean 'address'?)"],
    [{ exchanges: { mine: { durabel: true } } }, "'exchanges.mine.durabel' (did you mean 'durable'?)"],
    [{ queues: { q: { ...QUEUE, autodelete: true } } }, "'queues.q.autodelete' (did you mean 'autoDelete'?)"],
    [
      { bindings: [{ ...BINDING, args: {} }] },
      "'bindings.0.args'; the keys are queue, exchange, routingKeys",
    ],
    [
      { topologies: { updates: { queues: { q: { ...QUEUE, args: {} } } } } },
      "'topologies.updates.queues.q.args'; the keys are durable, autoDelete, exclusive, arguments",
    ],
  ])('in a table of forRoot(): %j', async (wrong, reason) => {
    const starting = startApp({ options: { amqpUrl: memoryUrl(), ...wrong } as object });
    expect(await refusalOf(starting)).toContain(`The options: unknown key ${reason}`);
  });

  it.each([
    [{ queues: { q: { ...QUEUE, durabel: true } } }, "'queues.q.durabel' (did you mean 'durable'?)"],
    [{ bindings: { ...BINDING, routingKey: 'a' } }, "'bindings.0.routingKey' (did you mean 'routingKeys'?)"],
  ])('in a table of @Consumer and of consume(): %j', async (wrong, reason) => {
    expect(await refusalOfDecorator(wrong)).toContain(
      `The consumer Notifier.onUpdate: unknown key ${reason}`,
    );
    const service = (await startApp({ options: { amqpUrl: memoryUrl() } })).get(FedoraMessagingService);
    expect(await refusalOf(service.consume(() => undefined, wrong))).toContain(`unknown key ${reason}`);
  });

  it('by @MessageSchema', () => {
    class Update extends Message {}
    expect(() => MessageSchema('unknown-keys.update', { topc: 'a' } as object)(Update)).toThrow(
      "@MessageSchema('unknown-keys.update') on Update: unknown key 'topc' (did you mean 'topic'?); the keys are package, topic, severity, body, bodySchema, headersSchema, deprecated",
    );
  });

  it('when it is another word for the bus', async () => {
    expect(await refusalOfDecorator({ connection: 'staging' })).toContain(
      `unknown key 'connection' (did you mean 'bus'?)`,
    );
    const starting = startApp({ options: { amqpUrl: memoryUrl(), name: 'staging' } as object });
    expect(await refusalOf(starting)).toContain(`unknown key 'name' (did you mean 'bus'?)`);
  });
});

it('an error about a retry that is not an object shows a text in quotes', async () => {
  expect(await refusalOfDecorator({ onError: 'retry', retry: '3' })).toContain(
    `'retry' must be an object, but is "3"`,
  );
});

it.each([{ retry: {} }, { onError: 'drop', retry: { attempts: 2 } }])(
  'retry is refused without onError: retry: %j',
  async (options) => {
    expect(await refusalOfDecorator(options)).toContain(
      `'retry' needs onError: 'retry' or a function, but 'onError' is`,
    );
  },
);

/** The settings of a configuration file with this text. */
function settingsOf(toml: string): FedoraMessagingSettings {
  const folder = mkdtempSync(join(tmpdir(), 'unknown-keys-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const configFile = join(folder, 'config.toml');
  writeFileSync(configFile, toml);
  return resolveSettings({ configFile });
}

describe('a key in a table of the configuration file that the Python library ignores', () => {
  it('is not among the settings, which are options of forRoot() and of consume()', async () => {
    const settings = settingsOf(`
[tls]
cacert = "ca.pem"
[qos]
prefetch_count = 5
prefetchcount = 6
[exchanges.mine]
durabel = true
[queues.q]
durable = false
auto_delete = true
exclusive = true
arguments = { x-max-length = 9 }
comment = "mine"
[[bindings]]
queue = "q"
exchange = "amq.topic"
routing_keys = ["#"]
comment = "all"
[consumer_config]
comment = "mine"
`);
    expect(settings).toMatchObject({
      tls: {},
      qos: { prefetchCount: 5 },
      exchanges: { mine: {} },
      queues: { q: { durable: false, autoDelete: true, exclusive: true, arguments: { 'x-max-length': 9 } } },
      bindings: [{ queue: 'q', exchange: 'amq.topic', routingKeys: ['#'] }],
      consumerConfig: { comment: 'mine' },
    });
    expect(JSON.stringify(settings)).not.toMatch(/cacert|prefetchcount|durabel|"all"/);
    const service = (await startApp({ options: { ...settings, amqpUrl: memoryUrl() } })).get(
      FedoraMessagingService,
    );
    expect(await service.consume(() => undefined, { queues: settings.queues })).toHaveLength(1);
  });

  it('is ignored, too, when it is spelt as in code', () => {
    const { qos, queues } = settingsOf(`
[qos]
prefetchCount = "many"
[queues.q]
durable = false
auto_delete = false
autoDelete = true
exclusive = true
arguments = {}
`);
    expect(qos.prefetchCount).toBeUndefined();
    expect(queues['q']!.autoDelete).toBe(false);
  });
});
