import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { lineDifference } from '../../../lib/generated-files/index.js';
import {
  type ExportedSchemas,
  type ImportOptions,
  type ImportReport,
  importSchemas,
} from '../../../lib/schema-import/index.js';

let out: string;

beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'fedora-messaging-imported-'));
  onTestFinished(() => rmSync(out, { recursive: true, force: true }));
});

/** What was exported of a package, whose modules have one class each: by module, the schema names of that class. */
function exported(
  name: string,
  modules: Readonly<Record<string, readonly string[]>>,
  { version = '1.0', problems = [] }: { version?: string; problems?: ExportedSchemas['problems'] } = {},
): ExportedSchemas {
  const described = Object.entries(modules).map(([module, schemaNames]) => ({
    name: `garden.${module}`,
    imports: {},
    constants: {},
    expressions: {},
    functions: [],
    classes: [
      {
        name: `${module[0]!.toUpperCase()}${module.slice(1)}`,
        doc: null,
        isMessage: true,
        bases: ['fedora_messaging.message:Message'],
        mro: ['fedora_messaging.message:Message'],
        schemaNames,
        topic: `garden.${module}`,
        severity: 20,
        deprecated: false,
        bodySchema: { properties: { plant: { type: 'string' } } },
        headersSchema: null,
        own: [],
        computed: [],
        constants: {},
        expressions: {},
        enum: null,
        fields: null,
        members: [],
      },
    ],
  }));
  return {
    format: 1,
    python: '3.13.0',
    packages: [{ name, version, license: 'MIT', modules: described }],
    problems,
  };
}

const GARDEN = exported('garden', { sown: ['garden.sown'], reaped: ['garden.reaped'] });
const FILES = ['garden/bodies.ts', 'garden/index.ts', 'garden/reaped.ts', 'garden/sown.ts'];

function run(
  documents: readonly ExportedSchemas[],
  options: Partial<ImportOptions> = {},
): Promise<ImportReport> {
  return importSchemas(documents, { out, ...options });
}

/** What became of each file: its state, and whether it is as it is to be. */
function states({ files }: ImportReport): Record<string, string> {
  return Object.fromEntries(
    files.map(({ path, state, isDone, isEdited }) => [
      path,
      `${state}${isEdited ? ', edited' : ''}${isDone ? '' : ', not done'}`,
    ]),
  );
}

const all = (state: string): Record<string, string> => Object.fromEntries(FILES.map((file) => [file, state]));
const path = (file: string): string => join(out, file);
const edit = (file: string, change: (text: string) => string): void =>
  writeFileSync(path(file), change(readFileSync(path(file), 'utf8')));

describe('importing a package again', () => {
  it('writes new and changed files, and leaves unchanged files alone', async () => {
    expect(states(await run([GARDEN]))).toEqual(all('new'));
    const longAgo = new Date(0);
    for (const file of FILES) utimesSync(path(file), longAgo, longAgo);
    const more = exported('garden', { sown: ['garden.sown.v2'], reaped: ['garden.reaped'] });
    expect(states(await run([more]))).toEqual({ ...all('unchanged'), 'garden/sown.ts': 'changed' });
    expect(FILES.filter((file) => statSync(path(file)).mtimeMs !== 0)).toEqual(['garden/sown.ts']);
  });

  it('leaves files alone that differ only in the ends of lines, as Git makes them on Windows', async () => {
    await run([GARDEN]);
    for (const file of FILES) edit(file, (text) => text.replaceAll('\n', '\r\n'));
    expect(states(await run([GARDEN]))).toEqual(all('unchanged'));
    const newer = exported(
      'garden',
      { sown: ['garden.sown'], reaped: ['garden.reaped'] },
      { version: '2.0' },
    );
    expect(states(await run([newer]))).toEqual(all('changed'));
  });

  it('does not overwrite a file that somebody edited, and writes all other files', async () => {
    await run([GARDEN]);
    edit('garden/sown.ts', (text) => text.replace('class Sown', 'class MySown'));
    const newer = exported(
      'garden',
      { sown: ['garden.sown'], reaped: ['garden.reaped'] },
      { version: '2.0' },
    );
    expect(states(await run([newer]))).toEqual({
      ...all('changed'),
      'garden/sown.ts': 'changed, edited, not done',
    });
    expect(readFileSync(path('garden/sown.ts'), 'utf8')).toContain('class MySown');
    expect(readFileSync(path('garden/reaped.ts'), 'utf8')).toContain('garden 2.0');
  });

  it('overwrites an edited file by force', async () => {
    await run([GARDEN]);
    edit('garden/sown.ts', (text) => `${text}// mine\n`);
    expect(states(await run([GARDEN], { force: true }))).toMatchObject({
      'garden/sown.ts': 'changed, edited',
    });
    expect(states(await run([GARDEN]))).toEqual(all('unchanged'));
  });

  it('does not overwrite a file that a person wrote', async () => {
    await run([GARDEN]);
    writeFileSync(path('garden/sown.ts'), 'export const mine = 1;\n');
    expect(states(await run([GARDEN]))).toMatchObject({ 'garden/sown.ts': 'changed, edited, not done' });
  });

  it('removes the files of removed modules, except edited files and files that a person wrote', async () => {
    await run([exported('garden', { sown: ['a'], reaped: ['b'], wilted: ['c'], dug: ['d'] })]);
    edit('garden/wilted.ts', (text) => `${text}// mine\n`);
    writeFileSync(path('garden/mine.ts'), 'export const mine = 1;\n');
    const report = await run([exported('garden', { sown: ['a'], reaped: ['b'] })]);
    expect(states(report)).toMatchObject({
      'garden/dug.ts': 'removed',
      'garden/wilted.ts': 'removed, edited, not done',
    });
    expect(Object.keys(states(report))).not.toContain('garden/mine.ts');
    expect(['dug', 'wilted', 'mine'].map((name) => existsSync(path(`garden/${name}.ts`)))).toEqual([
      false,
      true,
      true,
    ]);
  });

  it('keeps the files of modules that could not be imported this time', async () => {
    await run([GARDEN]);
    const problems = [
      { source: 'garden', package: 'garden', module: 'garden.reaped', message: '', hint: '' },
    ];
    const report = await run([exported('garden', { sown: ['garden.sown'] }, { problems })]);
    expect(Object.keys(states(report))).not.toContain('garden/reaped.ts');
    expect(existsSync(path('garden/reaped.ts'))).toBe(true);
  });
});

describe('checking an imported package', () => {
  it('writes nothing, and reports each file that an import would change', async () => {
    await run([GARDEN]);
    rmSync(path('garden/index.ts'));
    edit('garden/sown.ts', (text) => text.replace('garden.sown', 'garden.mown'));
    const report = await run([GARDEN], { check: true });
    expect(states(report)).toEqual({
      ...all('unchanged'),
      'garden/index.ts': 'new, not done',
      'garden/sown.ts': 'changed, edited, not done',
    });
    expect(existsSync(path('garden/index.ts'))).toBe(false);
    const { before, after } = report.files.find(({ state }) => state === 'changed')!;
    expect(lineDifference(before, after)).toEqual([
      '...',
      ' import type { SownBody } from "./bodies.js";',
      ' ',
      '-@MessageSchema("garden.mown", {',
      '+@MessageSchema("garden.sown", {',
      '   package: "garden",',
      '   topic: "garden.sown",',
      '...',
    ]);
  });

  it('reports no file when all files are up to date', async () => {
    await run([GARDEN]);
    expect(states(await run([GARDEN], { check: true }))).toEqual(all('unchanged'));
  });
});

describe('a schema name', () => {
  it('that two packages claim belongs to the first; the problem names both, and the other classes of the second are imported', async () => {
    const forest = exported('forest', { sown: ['garden.sown'], felled: ['forest.felled'] });
    const report = await run([GARDEN, forest]);
    expect(report.problems).toMatchObject([
      {
        package: 'forest',
        message:
          'garden.sown:Sown (forest) has the schema name garden.sown of garden.sown:Sown (garden), and is left out: a name belongs to one class',
      },
    ]);
    expect(report.packages.map(({ name, schemas }) => [name, schemas])).toEqual([
      ['garden', 2],
      ['forest', 1],
    ]);
    expect(existsSync(path('forest/felled.ts'))).toBe(true);
    expect(existsSync(path('forest/sown.ts'))).toBe(false);
  });

  it('that two classes of a package claim is a problem that names both classes', async () => {
    const { problems, packages } = await run([exported('garden', { sown: ['garden'], reaped: ['garden'] })]);
    expect(problems.map(({ message }) => message)).toEqual([
      'garden.reaped:Reaped (garden) has the schema name garden of garden.sown:Sown (garden), and is left out: a name belongs to one class',
    ]);
    expect(packages).toMatchObject([{ classes: 1 }]);
  });
});

it('a package that two sources contain is imported once, and the second source is a problem', async () => {
  const report = await run([GARDEN, exported('Garden', { dug: ['garden.dug'] })]);
  expect(report.problems.map(({ message }) => message)).toEqual([
    'two sources are the package Garden: the second is left out',
  ]);
  expect(states(report)).toEqual(all('new'));
});

describe('an exported package', () => {
  const RETURNS_ONE = {
    _type: 'FunctionDef',
    lineno: 1,
    name: 'one',
    args: {
      _type: 'arguments',
      posonlyargs: [],
      args: [{ _type: 'arg', arg: 'self', annotation: null }],
      vararg: null,
      kwonlyargs: [],
      kw_defaults: [],
      kwarg: null,
      defaults: [],
    },
    body: [{ _type: 'Return', lineno: 2, value: { _type: 'Constant', value: 1, kind: 'int' } }],
    decorator_list: [{ _type: 'Name', id: 'property' }],
    returns: null,
  };

  /** GARDEN with other values in its package, and in its first class. */
  function changed(ofPackage: object, ofClass: object): ExportedSchemas {
    const [garden] = GARDEN.packages;
    const [sown, reaped] = garden!.modules;
    const classes = [{ ...sown!.classes[0]!, ...ofClass }];
    return { ...GARDEN, packages: [{ ...garden!, ...ofPackage, modules: [{ ...sown!, classes }, reaped!] }] };
  }

  it('becomes data in the generated code, never code, even with hostile texts', async () => {
    const evil = '\n*/ evil();`${evil()}"\\u2028evil();';
    await run([
      changed(
        { version: evil, license: evil },
        {
          name: 'Sown {} evil(); class X',
          doc: evil,
          topic: evil,
          schemaNames: [evil],
          bodySchema: { description: evil, properties: { [evil]: { enum: [evil], description: evil } } },
          members: [{ name: 'a() {} evil', kind: 'property', parameters: ['self'], ast: RETURNS_ONE }],
        },
      ),
    ]);
    for (const file of FILES) {
      const withoutData = readFileSync(path(file), 'utf8')
        .replace(/\/\*\*[\s\S]*?\*\/|^ *\/\/.*$/gm, '')
        .replace(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g, '');
      expect(withoutData).not.toContain('evil');
    }
    expect(readFileSync(path('garden/sown.ts'), 'utf8')).toContain('class ClassSownEvilClassX extends');
  });

  it('gets other names for classes with names that are reserved words of TypeScript', async () => {
    await run([changed({}, { name: 'delete' })]);
    expect(readFileSync(path('garden/sown.ts'), 'utf8')).toContain('export class ClassDelete extends');
  });

  it('may have an unknown severity: the class has the default severity, and its comment says so', async () => {
    const { packages } = await run([changed({}, { severity: 25 })]);
    expect(packages[0]!.differences).toEqual([
      {
        class: 'Sown',
        message:
          'Its severity in Python is 25, which is not one of 10, 20, 30, 40. This class has the default severity.',
      },
    ]);
  });
});

describe('the difference between two texts', () => {
  it('has the different lines, two equal lines on each side of them, and three dots for all other lines', async () => {
    const lines = Array.from({ length: 20 }, (_, index) => `line ${index}`);
    const changed = [...lines.slice(0, 5), 'new', ...lines.slice(6, 15), ...lines.slice(16)];
    expect(lineDifference(`${lines.join('\n')}\n`, `${changed.join('\n')}\n`)).toEqual([
      '...',
      ' line 3',
      ' line 4',
      '-line 5',
      '+new',
      ' line 6',
      ' line 7',
      '...',
      ' line 13',
      ' line 14',
      '-line 15',
      ' line 16',
      ' line 17',
      '...',
    ]);
  });

  it('is empty for equal texts, and has all lines of a new or a removed text', async () => {
    expect(lineDifference('a\nb\n', 'a\nb\n')).toEqual([]);
    expect(lineDifference('', 'a\nb\n')).toEqual(['+a', '+b']);
    expect(lineDifference('a\nb\n', '')).toEqual(['-a', '-b']);
  });
});
