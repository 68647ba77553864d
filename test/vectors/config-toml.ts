import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CommandSettings, readCommandSettings } from '../../lib/config/index.js';
import { ConfigurationException, type FedoraMessagingSettings, resolveSettings } from '../../lib/index.js';
import { expectSame, type RunCase, type VectorCase } from './vector-case.js';

interface ConfigCase extends VectorCase {
  readonly toml: string;
  readonly expect: { ok: boolean; config?: Record<string, unknown>; message?: string };
}

export const configToml: RunCase<ConfigCase> = ({ toml, expect }) => {
  let config: unknown;
  try {
    config = settingsOf(toml);
  } catch (error) {
    if (!(error instanceof ConfigurationException) || expect.ok) throw error;
    for (const key of keysNamedBy(expect.message ?? '', toml)) {
      if (!error.message.includes(key))
        throw new Error(`'${error.message}' does not name the key '${key}'`, { cause: error });
    }
    return;
  }
  if (!expect.ok) throw new Error(`should have been refused: ${expect.message}`);
  expectSame(config, withoutIgnoredKeys(expect.config!), 'the configuration');
};

/** The keys that the reference reads in its tables. It keeps the others in its configuration, and ignores them. */
const KEYS_IN_TABLES: Readonly<Record<string, readonly string[]>> = {
  qos: ['prefetch_size', 'prefetch_count'],
  tls: ['ca_cert', 'certfile', 'keyfile'],
  queues: ['durable', 'auto_delete', 'exclusive', 'arguments'],
  exchanges: ['type', 'durable', 'auto_delete', 'arguments'],
  bindings: ['queue', 'exchange', 'routing_keys', 'arguments'],
};

/** What the reference does with a configuration. Here, ignored keys are not among the settings. */
function withoutIgnoredKeys(config: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config).map(([name, value]) => {
      const keys = KEYS_IN_TABLES[name];
      if (!keys) return [name, value];
      const kept = (table: object): object =>
        Object.fromEntries(Object.entries(table).filter(([key]) => keys.includes(key)));
      if (Array.isArray(value)) return [name, value.map(kept)];
      if (name === 'qos' || name === 'tls') return [name, kept(value as object)];
      const tables = Object.entries(value as Record<string, object>);
      return [name, Object.fromEntries(tables.map(([key, table]) => [key, kept(table)]))];
    }),
  );
}

function settingsOf(toml: string): unknown {
  const folder = mkdtempSync(join(tmpdir(), 'config-vector-'));
  try {
    const configFile = join(folder, 'config.toml');
    writeFileSync(configFile, toml);
    return namedAsInFile({ ...resolveSettings({ configFile }), ...readCommandSettings(configFile) });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The settings that the reference also has, except `log_config`, which the vectors leave out. */
const COMMON_SETTINGS = [
  'amqpUrl',
  'clientProperties',
  'publishExchange',
  'topicPrefix',
  'publishPriority',
  'passiveDeclares',
  'callback',
  'consumerConfig',
];

/** The settings in force, by the names of the file. The names in queues, arguments and so on are the user's. */
function namedAsInFile(settings: FedoraMessagingSettings & CommandSettings): object {
  const { exchanges, queues, bindings, qos, monitoring, tls, ...others } = settings;
  const each = (table: object): object =>
    Object.fromEntries(
      Object.entries(table).map(([name, section]: [string, object]) => [name, snakeCase(section)]),
    );
  return {
    ...snakeCase(
      Object.fromEntries(Object.entries(others).filter(([name]) => COMMON_SETTINGS.includes(name))),
    ),
    exchanges: each(exchanges),
    queues: each(queues),
    bindings: bindings.map(snakeCase),
    qos: snakeCase(qos),
    monitoring: snakeCase(monitoring),
    tls: snakeCase(tls),
  };
}

function snakeCase(section: object): object {
  return Object.fromEntries(
    Object.entries(section).map(([key, value]: [string, unknown]) => [
      key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value,
    ]),
  );
}

/** The faulty keys in the reference's message, without the list of valid keys. */
function keysNamedBy(message: string, toml: string): string[] {
  const fault = message.replace(/Valid configuration keys are .*/s, '');
  const quoted = [...fault.matchAll(/['"]([a-z_]+)['"]/g)].map((match) => match[1]!);
  const top = /^\s*(?:\[\[?)?\s*"?([A-Za-z_]+)/.exec(toml)?.[1]?.toLowerCase();
  const isNamed = top !== undefined && new RegExp(`\\b${top}\\b`).test(fault);
  return [...quoted.filter((key) => !['int', 'str'].includes(key)), ...(isNamed ? [top] : [])];
}
