import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ConfigurationException, type FedoraMessagingOptions, resolveSettings } from '../../../lib/index.js';

function settingsOfFile(toml: string) {
  const folder = mkdtempSync(join(tmpdir(), 'fedora-messaging-toml-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const configFile = join(folder, 'config.toml');
  writeFileSync(configFile, toml);
  return resolveSettings({ configFile });
}

describe('bindings of exchanges', () => {
  it('are read from the configuration file, with names in snake_case', () => {
    const { exchanges } = settingsOfFile(`
      [exchanges.builds]
      type = "topic"
      auto_delete = true

      [[exchanges.builds.bindings]]
      exchange = "amq.topic"
      routing_keys = ["org.fedoraproject.*.buildsys.#"]

      [[exchanges.builds.bindings]]
      exchange = "amq.headers"
      routing_keys = [""]
      arguments = { x-match = "all", routing_keys = "kept" }
    `);
    expect(exchanges).toEqual({
      builds: {
        type: 'topic',
        autoDelete: true,
        bindings: [
          { exchange: 'amq.topic', routingKeys: ['org.fedoraproject.*.buildsys.#'] },
          {
            exchange: 'amq.headers',
            routingKeys: [''],
            arguments: { 'x-match': 'all', routing_keys: 'kept' },
          },
        ],
      },
    });
  });

  it.each<[bindings: unknown, problem: string]>([
    [{ exchange: 'a', routingKeys: ['#'] }, "'exchanges.mine.bindings' must be array"],
    [[{ exchange: 'a' }], "'exchanges.mine.bindings.0' lacks 'routingKeys'"],
    [[{ routingKeys: ['#'] }], "'exchanges.mine.bindings.0' lacks 'exchange'"],
    [
      [{ exchange: 'a', routingKeys: ['#'], queue: 'q' }],
      "unknown key 'exchanges.mine.bindings.0.queue'; the keys are exchange, routingKeys, arguments",
    ],
    [
      [{ exchange: 'a', routingKey: '#' }],
      "unknown key 'exchanges.mine.bindings.0.routingKey' (did you mean 'routingKeys'?); the keys are exchange, routingKeys, arguments",
    ],
  ])('are refused with their path when they are wrong: %j', (bindings, problem) => {
    const attempt = () => resolveSettings({ exchanges: { mine: { bindings } } } as FedoraMessagingOptions);
    expect(attempt).toThrow(ConfigurationException);
    expect(attempt).toThrow(problem);
  });
});
