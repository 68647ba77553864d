import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { beforeAll, describe, expect, it } from 'vitest';
import { CommandProject } from '../support/command-project.js';
import { findOrInstallPython, PYTHON_PACKAGES } from '../support/python.js';

const WEATHER = join(PYTHON_PACKAGES, 'weather-messages');
const STRANGE = join(PYTHON_PACKAGES, 'strange-messages');
const OK = { code: 0, signal: null };
const FAILED = { code: 1, signal: null };
const USAGE = { code: 2, signal: null };

beforeAll(findOrInstallPython, 300_000);

interface Run {
  readonly exit: unknown;
  readonly output: string;
  readonly errors: string;
}

async function run(project: CommandProject, ...args: string[]): Promise<Run> {
  const command = project.call(['schemas', ...args]);
  return { exit: await command.exit, output: command.output, errors: command.errors };
}

/** Compiles what was generated, as the build of an application does. */
function compile(project: CommandProject, from: string, to: string): void {
  for (const entry of readdirSync(project.path(from), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const { outputText } = ts.transpileModule(readFileSync(file, 'utf8'), {
      compilerOptions: {
        module: ts.ModuleKind.ESNext,
        target: ts.ScriptTarget.ES2023,
        experimentalDecorators: true,
        verbatimModuleSyntax: true,
      },
    });
    const target = join(project.path(to), relative(project.path(from), file).replace(/\.ts$/, '.js'));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, outputText);
  }
}

describe('schemas import', () => {
  it('writes a folder for each package, and tells what was imported, and what was not', async () => {
    const project = new CommandProject();
    const { exit, output, errors } = await run(project, 'import', WEATHER, STRANGE, '--out', 'src/fedora');
    expect(exit).toEqual(OK);
    expect(errors).toBe('');
    expect(output).toMatch(
      /^weather-messages 2\.1\.0, MIT: 7 classes, 6 schemas, 7 types; members: \d+ translated, \d+ not$/m,
    );
    expect(output).toMatch(
      /^ {2}StationV1: In Python, a constructor of this class changes the new message\./m,
    );
    expect(output).toMatch(/^strange-messages \(version unknown\), MIT: 8 classes, 8 schemas, 11 types;/m);
    expect(output).toMatch(/^ {2}not translated, its value is not a string: 42: OddMessage\.summary$/m);
    expect(output).toMatch(
      /^ {2}warning: OddMessage\.bodySchema: 'undescribed': required, but not described$/m,
    );
    expect(output).toMatch(/^weather-messages\/reports\.ts: written$/m);
    expect(output).toMatch(/^12 files written, 0 up to date, 0 not$/m);
    expect(project.read('src/fedora/weather-messages/reports.ts')).toContain('class ReportV1');
    expect((await run(project, 'import', WEATHER, STRANGE, '--out', 'src/fedora')).output).toMatch(
      /^0 files written, 12 up to date, 0 not$/m,
    );
  });

  it('does not overwrite an edited file without --force, and fails', async () => {
    const project = new CommandProject();
    await run(project, 'import', WEATHER, '--out', 'out');
    const file = project.path('out/weather-messages/base.ts');
    writeFileSync(file, `${readFileSync(file, 'utf8')}// mine\n`);
    const refused = await run(project, 'import', WEATHER, '--out', 'out');
    expect(refused.exit).toEqual(FAILED);
    expect(refused.output).toContain(
      'weather-messages/base.ts: not up to date, and edited by hand; --force overwrites it\n',
    );
    expect(refused.output).toContain('\n  -// mine\n');
    expect((await run(project, 'import', WEATHER, '--out', 'out', '--force')).exit).toEqual(OK);
    expect(readFileSync(file, 'utf8')).not.toContain('mine');
  });

  it('with --check writes nothing, and fails with the difference when something is not as it would be generated', async () => {
    const project = new CommandProject();
    const missing = await run(project, 'import', WEATHER, '--out', 'out', '--check');
    expect(missing.exit).toEqual(FAILED);
    expect(missing.output).toContain('weather-messages/base.ts: missing\n');
    expect(readdirSync(project.folder)).not.toContain('out');
    await run(project, 'import', WEATHER, '--out', 'out');
    expect((await run(project, 'import', WEATHER, '--out', 'out', '--check')).exit).toEqual(OK);
    expect((await run(project, 'import', WEATHER, '--out', 'out', '--check', '--force')).exit).toEqual(USAGE);
  });

  it('with --json prints the report as JSON', async () => {
    const project = new CommandProject();
    const { output, exit, errors } = await run(
      project,
      'import',
      WEATHER,
      'missing',
      '--out',
      'out',
      '--json',
    );
    expect(exit).toEqual(FAILED);
    expect(errors).toBe('');
    expect(JSON.parse(output)).toMatchObject({
      packages: [
        {
          name: 'weather-messages',
          version: '2.1.0',
          license: 'MIT',
          classes: 7,
          schemas: 6,
          types: 7,
          untranslated: expect.any(Array),
          differences: [{ class: 'StationV1' }, { class: 'RelayV1' }],
          warnings: [],
        },
      ],
      files: expect.arrayContaining([
        { path: 'weather-messages/base.ts', state: 'new', isEdited: false, isDone: true },
      ]),
      problems: [{ source: 'missing', package: null, message: expect.stringContaining('missing') }],
    });
  });

  it('imports the other sources when one can not be read, tells what to do, and fails', async () => {
    const project = new CommandProject();
    const { exit, output, errors } = await run(project, 'import', './nowhere', WEATHER, '--out', 'out');
    expect(exit).toEqual(FAILED);
    expect(errors).toBe(
      'error: ./nowhere: there is no file or folder ./nowhere; give the path of a folder, a wheel or an sdist\n',
    );
    expect(output).toMatch(/^6 files written/m);
  });

  it('says what to do without Python, and reads the JSON of `schemas export` there', async () => {
    const project = new CommandProject();
    const without = await run(project, 'import', WEATHER, '--out', 'out', '--python', 'no-such-python');
    expect(without.exit).toEqual(FAILED);
    expect(without.errors).toMatch(/Python can't be started: .*no-such-python.*install Python 3\.9 or later/);
    const exported = await run(project, 'export', WEATHER, STRANGE);
    expect(exported.exit).toEqual(OK);
    project.write('exported.json', exported.output);
    const args = ['import', 'exported.json', '--out', 'out', '--python', 'no-such-python'];
    expect(await run(project, ...args)).toMatchObject({ exit: OK, errors: '' });
    expect((await run(project, 'import', WEATHER, STRANGE, '--out', 'out', '--check')).exit).toEqual(OK);
  });

  it('needs sources and a folder', async () => {
    const project = new CommandProject();
    expect(await run(project, 'import', WEATHER)).toMatchObject({
      exit: USAGE,
      errors: expect.stringContaining('--out'),
    });
    expect(await run(project, 'import', '--out', 'out')).toMatchObject({
      exit: USAGE,
      errors: expect.stringContaining('source'),
    });
  });
});

it('`schemas` and `validate` know the classes that were imported', async () => {
  const project = new CommandProject();
  project.configure();
  await run(project, 'import', WEATHER, '--out', 'src/fedora');
  compile(project, 'src/fedora', 'dist/fedora');
  const schemas = ['--schemas', './dist/fedora/weather-messages/index.js'];
  const list = project.run([...schemas, 'schemas']);
  expect(await list.exit).toEqual(OK);
  expect(list.output).toMatch(
    /^weather\.storm\.v1 +weather\.storm +WARNING +weather_messages +no +StormV1$/m,
  );
  expect(list.output).toMatch(
    /^weather\.report\.v1 +weather\.report +INFO +weather_messages +yes +ReportV1$/m,
  );
  const one = project.run([...schemas, 'schemas', 'weather.report.v1']);
  expect(await one.exit).toEqual(OK);
  expect(JSON.parse(one.output)).toMatchObject({ required: ['station', 'temperature'] });
  const line = (body: object): string =>
    JSON.stringify({
      topic: 'weather.report',
      headers: { fedora_messaging_schema: 'weather.report.v1', fedora_messaging_severity: 20 },
      id: '3a992885-967e-40b1-a494-4ffcd337663b',
      body,
    });
  const station = { code: 'EKCH', keeper: 'bob' };
  project.write(
    'messages.jsonl',
    `${line({ station, temperature: 3 })}\n${line({ station, temperature: 'warm' })}\n`,
  );
  const validate = project.run([...schemas, 'validate', 'messages.jsonl']);
  expect(await validate.exit).toEqual(USAGE);
  expect(validate.output).toMatch(/^messages\.jsonl:2: .*temperature/);
  expect(validate.errors).toContain('2 messages, 1 invalid');
});
