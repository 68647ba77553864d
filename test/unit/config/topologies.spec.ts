import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  type ConsumerTopology,
  type FedoraMessagingOptions,
  type QueueOptions,
  resolveSettings,
} from '../../../lib/index.js';

const QUEUE: QueueOptions = { durable: true, autoDelete: false, exclusive: false, arguments: {} };

const refusalOf = (topology: object): (() => unknown) => {
  return () => resolveSettings({ topologies: { updates: topology } } as FedoraMessagingOptions);
};

function settingsOfFile(toml: string) {
  const folder = mkdtempSync(join(tmpdir(), 'fedora-messaging-toml-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const configFile = join(folder, 'config.toml');
  writeFileSync(configFile, toml);
  return resolveSettings({ configFile });
}

describe('the setting topologies', () => {
  it('is empty by default', () => {
    expect(resolveSettings({}).topologies).toEqual({});
  });

  it('accepts one binding without a list, and leaves out undefined options', () => {
    const binding = { exchange: 'amq.topic', routingKeys: ['#'] };
    const { topologies } = resolveSettings({
      topologies: { updates: { queues: { q: QUEUE }, bindings: binding, prefetch: undefined as never } },
    });
    expect(topologies).toEqual({ updates: { queues: { q: QUEUE }, bindings: [binding] } });
  });

  it('is read from the configuration file, with names in snake_case', () => {
    const { topologies } = settingsOfFile(`
      [topologies.updates]
      prefetch = 5
      concurrency = 2
      on_error = "retry"

      [topologies.updates.retry]
      attempts = 3
      delay = 10
      max_delay = 20
      parking_queue = "later"

      [topologies.updates.queues.my_updates]
      durable = true
      auto_delete = false
      exclusive = false
      arguments = { x-queue-type = "quorum" }

      [[topologies.updates.bindings]]
      queue = "my_updates"
      exchange = "amq.topic"
      routing_keys = ["org.example.update.#"]

      [topologies.last_ones]
    `);
    expect(topologies).toEqual({
      updates: {
        prefetch: 5,
        concurrency: 2,
        onError: 'retry',
        retry: { attempts: 3, delay: 10, maxDelay: 20, parkingQueue: 'later' },
        queues: { my_updates: { ...QUEUE, arguments: { 'x-queue-type': 'quorum' } } },
        bindings: [{ queue: 'my_updates', exchange: 'amq.topic', routingKeys: ['org.example.update.#'] }],
      } satisfies ConsumerTopology,
      last_ones: {},
    });
  });

  it.each<[string, object, string]>([
    [
      'a misspelt key, with the right one,',
      { queue: {} },
      "The options: unknown key 'topologies.updates.queue' (did you mean 'queues'?); the keys are queues, bindings, consumeArguments, prefetch, concurrency, onError, retry",
    ],
    [
      'a misspelt key of retry',
      { onError: 'retry', retry: { atempts: 3 } },
      "unknown key 'topologies.updates.retry.atempts' (did you mean 'attempts'?); the keys are in, attempts, delays, delay, maxDelay, exhausted, parkingQueue",
    ],
    [
      'another topology within',
      { topology: 'builds' },
      "unknown key 'topologies.updates.topology'; the keys are queues",
    ],
    ['a prefetch that is a text', { prefetch: '5' }, "'topologies.updates.prefetch' must be integer, but is"],
    ['a concurrency of none', { concurrency: 0 }, "'topologies.updates.concurrency' must be >= 1, but is 0"],
    ['retries that there are not', { retry: { in: 'time' } }, "'topologies.updates.retry.in' must be one of"],
    [
      'a queue with half of its settings',
      { queues: { q: { durable: true } } },
      "'topologies.updates.queues.q' lacks 'autoDelete'",
    ],
    [
      'a binding without routing keys',
      { bindings: { exchange: 'amq.topic' } },
      "'topologies.updates.bindings.0' lacks 'routingKeys'",
    ],
    [
      'a name that AMQP has no room for',
      { queues: { ['q'.repeat(256)]: QUEUE } },
      'has 256 bytes, but AMQP allows at most 255',
    ],
    [
      'an argument that AMQP can not carry',
      { queues: { q: { ...QUEUE, arguments: { 'x-max-length': 1n } } } },
      "'topologies.updates.queues.q.arguments.x-max-length' is a BigInt",
    ],
  ])('is refused with %s by its path', (_, topology, text) => {
    expect(refusalOf(topology)).toThrow(text);
  });

  it('is refused in the file with the names of the file', () => {
    expect(() => settingsOfFile('[topologies.updates]\nonerror = "drop"\n')).toThrow(
      /config\.toml: unknown key 'topologies\.updates\.onerror' \(did you mean 'on_error'\?\); the keys are queues, bindings, consume_arguments, prefetch, concurrency, on_error, retry$/,
    );
  });
});

it('an error names an unknown key within a section by its path, with the keys of the section', () => {
  expect(() => resolveSettings({ reconnect: { dealy: 1 } } as object)).toThrow(
    "The options: unknown key 'reconnect.dealy' (did you mean 'delay'?); the keys are delay, maxDelay",
  );
});
