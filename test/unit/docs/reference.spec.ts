import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../../lib/config/defaults.js';
import { FILE_SCHEMA, inFile, OPTIONS_SCHEMA } from '../../../lib/config/settings.schema.js';
import { parseAmqpUrl } from '../../../lib/config/index.js';
import { ExitCode } from '../../../lib/exceptions/index.js';
import * as api from '../../../lib/index.js';
import { FILTER_HEADERS } from '../../../lib/message/message-headers.js';
import { ConsumerCounts } from '../../../lib/monitoring/consumer-counts.js';
import { startApp } from '../../support/application.js';
import { blocks, codes, page, rows, section, valueOf } from '../../support/documents.js';
import { memoryUrl } from '../../support/memory-url.js';

interface Schema {
  readonly properties?: Record<string, Schema | boolean>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
}

/** The keys that only the module takes, next to the settings. */
const MODULE_KEYS = ['configFile', 'bus', 'isGlobal'];

/** The keys of each section of a schema, by the name of the section. Keys that nobody may use are left out. */
function sectionsOf(schema: Schema | boolean | undefined, name = ''): [name: string, keys: string[]][] {
  if (typeof schema !== 'object') return [];
  const properties = Object.entries(schema.properties ?? {}).filter(([, of]) => of !== false);
  const keys = properties.map(([key]) => key);
  return [
    ...(name !== '' && keys.length > 0 ? [[name, keys] as [string, string[]]] : []),
    ...[schema.additionalProperties, schema.items].flatMap((of) => sectionsOf(of, name)),
    ...properties.flatMap(([key, of]) => sectionsOf(of, key)),
  ];
}

describe('the page of settings', () => {
  const text = page('docs/reference/settings.md');

  it('begins with all settings and their defaults', () => {
    const [block = ''] = blocks(text, 'ts');
    const literal = /forRoot\(([^]*)\);/.exec(block)![1]!;
    expect(valueOf(literal)).toEqual(defaultSettings());
  });

  it('lists every setting, with its name in code and its name in the file', () => {
    const inCode = Object.keys(OPTIONS_SCHEMA.properties);
    const inFiles = Object.keys(FILE_SCHEMA.properties);
    const names = [...new Set([...MODULE_KEYS, ...inCode, ...inFiles])];
    const listed = rows(section(text, 'In code and in the file')).map((row) => [
      row['in code'],
      row['in the file'],
    ]);
    const code = (name: string, exists: boolean): string => (exists ? `\`${name}\`` : '');
    expect(listed.toSorted()).toEqual(
      names
        .map((name) => [
          code(name, inCode.includes(name) || MODULE_KEYS.includes(name)),
          code(inFile(name), inFiles.includes(name)),
        ])
        .toSorted(),
    );
  });

  it.each(sectionsOf(OPTIONS_SCHEMA as Schema))('lists every key of the section %s', (name, keys) => {
    const listed = rows(section(text, `\`${name}\``)).map((row) => row['in code']);
    expect(listed).toEqual(expect.arrayContaining(keys.map((key) => `\`${key}\``)));
  });

  it.each(['qos', 'reconnect', 'datagrepper'] as const)('gives the defaults of the section %s', (name) => {
    const listed = rows(section(text, `\`${name}\``)).map((row) => [
      codes(row['in code']!)[0],
      valueOf(codes(row['default']!)[0]!),
    ]);
    expect(Object.fromEntries(listed)).toEqual(defaultSettings()[name]);
  });
});

it('the page of the broker URL lists every option of a URL', () => {
  let known: string[] = [];
  try {
    parseAmqpUrl('amqp://?unknown=1');
  } catch (error) {
    known = /the options are (.*)$/.exec((error as Error).message)![1]!.split(', ');
  }
  expect(known).toContain('heartbeat');
  expect(codes(section(page('docs/reference/broker-url.md'), 'URLs'))).toEqual(expect.arrayContaining(known));
});

it('the page of exit codes lists every exit code with its name', () => {
  const listed = rows(section(page('docs/reference/exit-codes.md'), 'All codes')).map((row) => [
    codes(row['name']!)[0],
    Number(row['code']),
  ]);
  expect(Object.fromEntries(listed)).toEqual(ExitCode);
});

it('the page of exceptions lists every exported exception', () => {
  const exported = Object.entries(api)
    .filter(
      ([, value]) => typeof value === 'function' && value.prototype instanceof api.FedoraMessagingException,
    )
    .map(([name]) => name);
  expect(exported).toContain('Nack');
  const text = section(page('docs/reference/outcomes-and-exceptions.md'), 'Exceptions');
  expect(rows(text).map((row) => codes(row['exception']!)[0])).toEqual(expect.arrayContaining(exported));
});

interface PromMetric {
  readonly name: string;
  readonly labelNames: readonly string[];
}

interface MetricJson {
  readonly name: string;
  readonly type: string;
  readonly values: { readonly labels: Record<string, string> }[];
}

describe('the page of metrics', () => {
  const text = page('docs/reference/metrics.md');

  async function registry(): Promise<{
    getMetricsAsArray(): PromMetric[];
    getMetricsAsJSON(): Promise<MetricJson[]>;
  }> {
    const app = await startApp({ options: { amqpUrl: memoryUrl(), metrics: true } });
    return app.get(api.getFedoraMessagingMetricsToken());
  }

  it('lists every metric with its type and labels', async () => {
    const metrics = await registry();
    const types = new Map((await metrics.getMetricsAsJSON()).map(({ name, type }) => [name, type]));
    const listed = rows(text)
      .filter((row) => row['metric'] !== undefined)
      .map((row) => [row['metric'], row['type'], codes(row['labels']!)]);
    expect(listed.toSorted()).toEqual(
      metrics
        .getMetricsAsArray()
        .map(({ name, labelNames }) => [`\`${name}\``, types.get(name), labelNames])
        .toSorted(),
    );
  });

  it('lists every value of the labels with known values', async () => {
    const values = new Map<string, Set<string>>();
    for (const metric of await (await registry()).getMetricsAsJSON()) {
      for (const { labels } of metric.values) {
        for (const [label, value] of Object.entries(labels)) {
          values.set(label, (values.get(label) ?? new Set()).add(value));
        }
      }
    }
    const counts = new ConsumerCounts(
      { bus: '', queue: '', consumer: '' },
      () => {},
      () => {},
    );
    values.set('outcome', new Set(Object.keys(counts.outcomes)));
    const items = section(text, 'Labels').split(/^- /m);
    for (const label of ['reason', 'outcome', 'direction', 'connection']) {
      const item = items.find((of) => of.startsWith(`\`${label}\`: `))!;
      // The values are the first sentence; a `Nack` is in the second one.
      const [, ...listed] = codes(item.split('. ')[0]!);
      expect(new Set(listed), label).toEqual(values.get(label));
    }
  });
});

it('the page of the wire format lists every header of a published message, and the prefix of every filter header', () => {
  const text = page('docs/reference/wire-format.md');
  const codec = new api.MessageCodec(api.MessageRegistry.of());
  const { properties } = codec.encode(new api.Message({ topic: 'a' }));
  const listed = rows(section(text, 'Headers')).map((row) => codes(row['header']!)[0]);
  expect(listed.toSorted()).toEqual(Object.keys(properties.headers).toSorted());
  const filters = rows(section(text, 'Filter headers')).map((row) => [
    codes(row['accessor']!)[0],
    codes(row['header']!)[0]!.replace('NAME', ''),
  ]);
  expect(Object.fromEntries(filters)).toEqual(FILTER_HEADERS);
});
