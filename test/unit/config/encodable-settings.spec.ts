import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  ConfigurationException,
  type FedoraMessagingOptions,
  FedoraMessagingService,
  type QueueOptions,
  resolveSettings,
} from '../../../lib/index.js';
import { startApp } from '../../support/application.js';
import { memoryUrl } from '../../support/memory-url.js';

const QUEUE: QueueOptions = { durable: false, autoDelete: true, exclusive: false, arguments: {} };
const LONG = 'é'.repeat(128);
const AT_MOST = 'n'.repeat(255);

function resolved(toml: string) {
  const folder = mkdtempSync(join(tmpdir(), 'fedora-messaging-toml-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const configFile = join(folder, 'config.toml');
  writeFileSync(configFile, toml);
  return resolveSettings({ configFile });
}

class Point {
  x = 1;
}

const WRONG: [string, Pick<FedoraMessagingOptions, 'queues' | 'bindings'>, string][] = [
  ['the name of a queue', { queues: { [LONG]: QUEUE } }, `'queues.${'é'.repeat(128)}' has 256 bytes`],
  ...(
    [
      ['a BigInt', 5n],
      ['a function', () => 1],
      ['a symbol', Symbol('a')],
      ['NaN', NaN],
      ['a Map', new Map()],
      ['a typed array', new Uint8Array(1)],
      ['an instance of a class', new Point()],
      ['a nested BigInt', { list: [5n] }],
    ] as const
  ).map(([kind, value]): [string, Pick<FedoraMessagingOptions, 'queues' | 'bindings'>, string] => [
    `${kind} in the arguments of a queue`,
    { queues: { q: { ...QUEUE, arguments: { 'x-foo': value } } } },
    "'queues.q.arguments.x-foo",
  ]),
  [
    'a BigInt in the arguments of a binding',
    { queues: { q: QUEUE }, bindings: [{ exchange: 'e', routingKeys: [''], arguments: { a: 5n } }] },
    "'bindings.0.arguments.a' is a BigInt",
  ],
  [
    'arguments that are a Map',
    { queues: { q: { ...QUEUE, arguments: new Map() as never } } },
    "'queues.q.arguments' must be a plain object",
  ],
  [
    'arguments of more than 64 KiB',
    { queues: { q: { ...QUEUE, arguments: { a: 'x'.repeat(70_000) } } } },
    "'queues.q.arguments' takes 7",
  ],
  [
    'a routing key',
    { queues: { q: QUEUE }, bindings: [{ exchange: 'e', routingKeys: ['a', LONG] }] },
    "'bindings.0.routingKeys.1' has 256 bytes",
  ],
  [
    'the exchange of a binding',
    { queues: { q: QUEUE }, bindings: [{ exchange: LONG, routingKeys: [''] }] },
    "'bindings.0.exchange' has 256 bytes",
  ],
  [
    'durable that is a BigInt',
    { queues: { q: { ...QUEUE, durable: 5n as never } } },
    "'queues.q.durable' must be boolean, but is the BigInt 5",
  ],
  [
    'a queue that is undefined',
    { queues: { q: undefined as never } },
    "'queues.q' must be object, but is undefined",
  ],
  [
    'routing keys that are symbols',
    { queues: { q: QUEUE }, bindings: [{ exchange: 'e', routingKeys: [Symbol('a') as never] }] },
    "'bindings.0.routingKeys.0' must be string, but is a symbol",
  ],
];

describe("a value that AMQP can't carry is a ConfigurationException with its path", () => {
  it.each(WRONG)('in the settings: %s', (_, options, problem) => {
    expect(() => resolveSettings({ amqpUrl: memoryUrl(), ...options })).toThrow(ConfigurationException);
    expect(() => resolveSettings({ amqpUrl: memoryUrl(), ...options })).toThrow(problem);
  });

  it.each(WRONG)('in consume(): %s', async (_, options, problem) => {
    const app = await startApp({ options: { amqpUrl: memoryUrl() } });
    const consuming = app.get(FedoraMessagingService).consume(() => undefined, options);
    await expect(consuming).rejects.toThrow(ConfigurationException);
    await expect(consuming).rejects.toThrow(problem);
  });

  it.each<[string, FedoraMessagingOptions, string]>([
    ['the name of an exchange', { exchanges: { [LONG]: {} } }, 'exchanges.'],
    ['the type of an exchange', { exchanges: { e: { type: LONG } } }, "'exchanges.e.type' has 256"],
    [
      'an argument of an exchange',
      { exchanges: { e: { arguments: { a: [5n] } } } },
      "'exchanges.e.arguments.a.0'",
    ],
    ['publishExchange', { publishExchange: LONG }, "'publishExchange' has 256"],
    ['topicPrefix', { topicPrefix: LONG }, "'topicPrefix' has 256"],
    ['clientProperties', { clientProperties: { a: { b: 5n } } }, "'clientProperties.a.b' is a BigInt"],
  ])('only in the settings: %s', (_, options, problem) => {
    expect(() => resolveSettings(options)).toThrow(ConfigurationException);
    expect(() => resolveSettings(options)).toThrow(problem);
  });

  it('in the file, by the names there', () => {
    expect(() => resolved(`publish_exchange = "${LONG}"`)).toThrow("'publish_exchange' has 256");
    expect(() => resolved(`[[bindings]]\nexchange = "e"\nrouting_keys = ["${LONG}"]`)).toThrow(
      "'bindings.0.routing_keys.0' has 256",
    );
  });

  it('in bindings between exchanges is refused with its path', () => {
    expect(() => resolved(`[[exchanges.e.bindings]]\nexchange = "f"\nrouting_keys = ["${LONG}"]`)).toThrow(
      "'exchanges.e.bindings.0.routing_keys.0' has 256",
    );
    const bindings = [{ exchange: LONG, routingKeys: [], arguments: { a: 2n ** 63n } }];
    expect(() => resolveSettings({ exchanges: { e: { bindings } } })).toThrow(
      /'exchanges\.e\.bindings\.0\.exchange' has 256 .*; 'exchanges\.e\.bindings\.0\.arguments\.a' is a BigInt/,
    );
  });

  it('in names of retry queues, which are longer than the name of the queue', async () => {
    const app = await startApp({ options: { amqpUrl: memoryUrl() } });
    const queues = { ['q'.repeat(250)]: QUEUE };
    const consuming = app
      .get(FedoraMessagingService)
      .consume(() => undefined, { queues, bindings: [], onError: 'retry' });
    await expect(consuming).rejects.toThrow(ConfigurationException);
    await expect(consuming).rejects.toThrow(/a queue for its retries must be a string of at most 255 bytes/);
  });

  it('but names of 255 bytes, a Date and bytes are accepted', async () => {
    const app = await startApp({ options: { amqpUrl: memoryUrl() } });
    const [consumer] = await app.get(FedoraMessagingService).consume(() => undefined, {
      queues: { [AT_MOST]: QUEUE },
      bindings: {
        exchange: 'amq.topic',
        routingKeys: [AT_MOST],
        arguments: { at: new Date(), bytes: Buffer.from('a') },
      },
    });
    expect(consumer!.queue).toBe(AT_MOST);
  });
});

describe('a configuration file', () => {
  it('with CRLF has \\n in its texts of several lines', () => {
    const { consumerConfig } = resolved(
      '[consumer_config]\r\na = """\r\nx\r\ny"""\r\nb = \'\'\'x\r\ny\'\'\'\r\nc = """x\\\r\n  y"""\r\n',
    );
    expect(consumerConfig).toEqual({ a: 'x\ny', b: 'x\ny', c: 'xy' });
  });

  it('may have integers beyond 2^53, which are BigInt', () => {
    const { consumerConfig } = resolved(
      '[consumer_config]\nbig = 9007199254740993\nsmall = -9223372036854775808\nn = 5',
    );
    expect(consumerConfig).toEqual({ big: 9007199254740993n, small: -(2n ** 63n), n: 5 });
  });

  it('is refused with the name of the setting when a number is beyond 2^53', () => {
    expect(() => resolved('publish_priority = 9007199254740993')).toThrow(
      /'publish_priority' must be integer,null, but is the BigInt 9007199254740993/,
    );
    expect(() => resolved('[qos]\nprefetch_count = 9007199254740993')).toThrow(
      /'qos.prefetch_count' must be integer/,
    );
    expect(() => resolved('[exchanges.e.arguments]\na = 9007199254740993')).toThrow(
      /'exchanges.e.arguments.a' is a BigInt/,
    );
  });

  it('has bindings as a list of tables, also where options in code may have one object', () => {
    expect(() => resolved('[bindings]\nexchange = "e"\nrouting_keys = ["a"]')).toThrow(
      /'bindings' must be array/,
    );
    expect(resolveSettings({ bindings: { exchange: 'e', routingKeys: ['a'] } }).bindings).toEqual([
      { exchange: 'e', routingKeys: ['a'] },
    ]);
    expect(() => resolved('bindings = 5')).toThrow(/'bindings' must be array, but is 5/);
  });
});
