import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { loads, type Message, type MessageClass, MessageRegistry } from 'nestjs-fedora-messaging';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectFormatter } from '../../../lib/cli/loading/prettier.js';
import { importSchemas, type ImportReport, readSource } from '../../../lib/schema-import/index.js';
import { COMPILERS } from '../../support/compilers.js';
import { findOrInstallPython, PYTHON_PACKAGES } from '../../support/python.js';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const bin = (name: string): string => join(ROOT, 'node_modules/.bin', name);

const PACKAGES = ['weather-messages', 'strange-messages', 'observatory-messages'];

let out: string;
let report: ImportReport;

beforeAll(async () => {
  findOrInstallPython();
  out = mkdtempSync(join(tmpdir(), 'fedora-messaging-generated-'));
  const sources = PACKAGES.map((name) => join(PYTHON_PACKAGES, name));
  const exported = [];
  for (const source of sources) exported.push(await readSource(source, 'python3'));
  report = await importSchemas(exported, { out, format: await projectFormatter(out) });
}, 300_000);

afterAll(() => rmSync(out, { recursive: true, force: true }));

function textOf(file: string): string {
  return readFileSync(join(out, file), 'utf8');
}

/** What a program prints, and its exit code; it may fail. */
async function outcome(file: string, args: string[]): Promise<{ code: number; output: string }> {
  try {
    const { stdout, stderr } = await run(file, args, { cwd: out });
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, output: stdout + stderr };
  }
}

describe('generated code', () => {
  /** The folder with the types of this package, as users have them. */
  let types: string;
  beforeAll(async () => {
    mkdirSync(join(ROOT, '.build'), { recursive: true });
    types = mkdtempSync(join(ROOT, '.build/types-'));
    const options = ['-p', 'tsconfig.build.json', '--emitDeclarationOnly', '--noCheck', '--outDir', types];
    await run(process.execPath, [COMPILERS.at(-1)!.tsc, ...options], { cwd: ROOT });
  }, 300_000);
  afterAll(() => rmSync(types, { recursive: true, force: true }));

  it.each(COMPILERS)('compiles with $name and its strictest options', async ({ tsc }) => {
    const compilerOptions = {
      target: 'ES2023',
      lib: ['ES2023'],
      module: 'NodeNext',
      types: ['node'],
      typeRoots: [join(ROOT, 'node_modules/@types')],
      paths: {
        'nestjs-fedora-messaging': [join(types, 'index.d.ts')],
        'nestjs-fedora-messaging/python': [join(types, 'python/index.d.ts')],
      },
      strict: true,
      exactOptionalPropertyTypes: true,
      verbatimModuleSyntax: true,
      isolatedModules: true,
      noImplicitOverride: true,
      noImplicitReturns: true,
      noUncheckedIndexedAccess: true,
      noPropertyAccessFromIndexSignature: true,
      noUnusedLocals: true,
      noUnusedParameters: true,
      experimentalDecorators: true,
      skipLibCheck: true,
      noEmit: true,
    };
    const use = `
import { ReportV2, type ReportV2Body, type Station, WeatherMessage } from './weather-messages/index.js';
const station: Station = { code: 'EKCH', keeper: 'bob', name: null };
const body: ReportV2Body = { station, temperature: null, wind: { speed: 3, direction: 'N' } };
const report: WeatherMessage<ReportV2Body> = new ReportV2({ body });
export const speed: number | undefined = report.body.wind?.speed;
// @ts-expect-error There is no such direction.
export const wrong: ReportV2Body = { station, wind: { speed: 3, direction: 'up' } };
// @ts-expect-error Unknown properties are told of.
export const unknown: unknown = report.body.humidity;
`;
    writeFileSync(join(out, 'use.ts'), use);
    writeFileSync(join(out, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(out, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['.'] }));
    const { output } = await outcome(process.execPath, [tsc, '-p', 'tsconfig.json', '--pretty', 'false']);
    expect(output).toBe('');
  });

  it("passes Prettier's defaults", async () => {
    const args = ['--no-config', '--check', ...PACKAGES];
    expect(await outcome(bin('prettier'), args)).toMatchObject({ code: 0 });
  });

  it("passes oxlint's defaults", async () => {
    writeFileSync(join(out, 'oxlint.json'), '{}');
    const args = ['-c', 'oxlint.json', '--deny-warnings', ...PACKAGES];
    expect(await outcome(bin('oxlint'), args)).toMatchObject({
      code: 0,
      output: expect.stringMatching(/on \d\d files/),
    });
  });

  it('names its source at the top of each file, and warns against editing it', () => {
    for (const { path } of report.files) {
      expect(textOf(path)).toMatch(
        /^\/\/ (weather-messages 2\.1\.0|strange-messages|observatory-messages 1\.0\.0) \(MIT\), by `fedora-messaging schemas import (weather|strange|observatory)-messages`\. To change a class, extend it\.\n\/\/ Checksum: [0-9a-f]{64}\n\n/,
      );
    }
  });

  it('has a file for each module, a file for the bodies, a file of helper functions, and an index', () => {
    expect(report.files.map(({ path }) => path)).toEqual([
      'observatory-messages/aliases.ts',
      'observatory-messages/attributes.ts',
      'observatory-messages/bodies.ts',
      'observatory-messages/flow.ts',
      'observatory-messages/helpers.ts',
      'observatory-messages/index.ts',
      'observatory-messages/kinds.ts',
      'observatory-messages/objects.ts',
      'observatory-messages/python-only.ts',
      'observatory-messages/shadows.ts',
      'observatory-messages/simple.ts',
      'observatory-messages/text.ts',
      'observatory-messages/traps.ts',
      'strange-messages/bodies-messages.ts',
      'strange-messages/bodies.ts',
      'strange-messages/index-messages.ts',
      'strange-messages/index.ts',
      'strange-messages/odd.ts',
      'strange-messages/other.ts',
      'weather-messages/base.ts',
      'weather-messages/bodies.ts',
      'weather-messages/helpers.ts',
      'weather-messages/index.ts',
      'weather-messages/reports.ts',
      'weather-messages/stations.ts',
    ]);
    expect(textOf('weather-messages/index.ts').replace(/^\/\/.*\n/gm, '')).toBe(
      '\nexport * from "./base.js";\nexport type * from "./bodies.js";\nexport * from "./reports.js";\nexport * from "./stations.js";\n',
    );
  });

  it('has abstract classes for shared members of Python classes, and versions that extend each other', () => {
    const reports = textOf('weather-messages/reports.ts');
    expect(textOf('weather-messages/base.ts')).toContain('export abstract class WeatherMessage<');
    expect(reports).toMatch(
      /\/\*\* A report of the weather\. \*\/\n@MessageSchema\("weather\.report\.v1", \{\n/,
    );
    expect(reports).toContain(
      'export class ReportV1<\n  Body extends object = ReportV1Body,\n> extends WeatherMessage<Body> {',
    );
    expect(reports).toContain('export class ReportV2 extends ReportV1<ReportV2Body> {}');
  });

  it('has the members that a Python class inherits from several bases', () => {
    const stations = textOf('weather-messages/stations.ts');
    expect(stations).toContain('export class ReadingV1 extends WeatherMessage<ReadingV1Body> {');
    expect(/class ReadingV1[\s\S]*?\n}/.exec(stations)![0]).toContain('override get packages()');
  });

  it('lists in the comment of a class the behaviour of the Python class that it lacks', () => {
    const stations = textOf('weather-messages/stations.ts');
    expect(stations).toContain('In Python, a constructor of this class changes the new message.');
    expect(stations).toContain('In Python, code chooses the body_schema of each message.');
    const [weather] = report.packages;
    expect(weather!.differences.map(({ class: name }) => name)).toEqual(['StationV1', 'RelayV1']);
  });

  it('renames classes whose Python names mean something else in JavaScript', () => {
    expect(textOf('strange-messages/odd.ts').match(/^export (abstract )?class \w+/gm)).toEqual([
      'export class OddMessage',
      'export class OddError',
      'export abstract class Quiet',
      'export class Twice',
      'export class TwiceName2',
      'export class AClassWithANameThatIsSoLongThatItsHeadDoesNotFitIntoALineOfEightyColumns',
    ]);
    expect(textOf('strange-messages/other.ts')).toContain('export class OtherMessage extends Message<');
  });
});

describe('generated classes', () => {
  let registry: MessageRegistry;
  beforeAll(async () => {
    for (const name of PACKAGES) {
      await import(pathToFileURL(join(out, name, 'index.ts')).href);
    }
    registry = new MessageRegistry().gather();
  });

  function create(name: string, init: object): Message<object> {
    return new (registry.get(name) as MessageClass)(init as never);
  }

  it('have the schema names, topics, severities, packages and schemas of Python', async () => {
    const exported = await readSource(join(PYTHON_PACKAGES, 'weather-messages'), 'python3');
    const classes = exported.packages.flatMap(({ modules }) => modules.flatMap((module) => module.classes));
    const named = classes.flatMap((python) => python.schemaNames.map((schema) => ({ schema, python })));
    expect(named).toHaveLength(6);
    for (const { schema, python } of named) {
      const message = create(schema, {});
      expect(message).toMatchObject({
        topic: python.topic ?? '',
        severity: python.severity,
        deprecated: python.deprecated,
      });
      expect(message.headers['fedora_messaging_schema_package']).toBe('weather_messages');
      expect(message.bodySchema).toEqual(python.bodySchema ?? undefined);
      expect(message.headersSchema).toEqual(python.headersSchema ?? undefined);
    }
  });

  it('validate bodies and headers by the schemas of Python', () => {
    const station = { code: 'EKCH', keeper: 'bob' };
    const init = { body: { station, temperature: 3 } };
    expect(() => create('weather.report.v1', init).validate()).not.toThrow();
    expect(() => create('weather.report.v1', { body: { station } }).validate()).toThrow("'temperature'");
    expect(() => create('weather.storm.v1', { body: { station } }).validate()).toThrow("'region'");
    expect(() =>
      create('weather.storm.v1', { body: { station }, headers: { region: 'DK' } }).validate(),
    ).not.toThrow();
  });

  it('answer an accessor with a class attribute of Python, and otherwise as the base class does', () => {
    const body = { station: { code: 'ekch', keeper: 'bob' }, temperature: -3 };
    expect(create('weather.report.v1', { body })).toMatchObject({
      appName: 'Weather',
      appIcon: null,
      agentName: 'bob',
      summary: 'EKCH: -3 degrees',
      usernames: [],
    });
    expect(String(create('weather.relay.v1', { body: {} }))).toContain('Topic: \nHeaders');
    expect(create('strange.twice.v1', { body: {} })).toMatchObject({
      usernames: ['a', 'b'],
      groups: ['a', 'b'],
      summary: 'strange.message',
    });
  });

  it('are registered under each schema name of their Python class', () => {
    const [first, second] = ['strange.twice.v1', 'strange.twice.v2'].map((name) =>
      create(name, { body: {} }),
    );
    expect(second!.bodySchema).toEqual(first!.bodySchema);
    expect(second!.headers['fedora_messaging_schema']).toBe('strange.twice.v2');
  });

  it('keep a schema with a property __proto__ unchanged', async () => {
    const { bodySchema } = create('strange.message.v1', { body: {} });
    const properties = bodySchema!['properties'] as object;
    expect(Object.hasOwn(properties, '__proto__')).toBe(true);
    const exported = await readSource(join(PYTHON_PACKAGES, 'strange-messages'), 'python3');
    const classes = exported.packages[0]!.modules.flatMap((module) => module.classes);
    const python = classes.find(({ schemaNames }) => schemaNames.includes('strange.message.v1'))!;
    expect(JSON.parse(JSON.stringify(bodySchema))).toEqual(python.bodySchema);
  });

  it('are the classes of messages that are read from a file', () => {
    const line = JSON.stringify({
      topic: 'org.example.weather.report',
      headers: { fedora_messaging_schema: 'weather.report.v2', fedora_messaging_severity: 20 },
      body: { station: { code: 'EKCH', keeper: 'bob' } },
    });
    const [message] = loads(line);
    expect(message!.constructor.name).toBe('ReportV2');
  });
});
