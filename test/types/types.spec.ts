import { execFile } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { transformFile } from '@swc/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMPILERS } from '../support/compilers.js';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FIXTURES = fileURLToPath(new URL('fixtures/', import.meta.url));
/** These options need `strictFunctionTypes`: functions are compared as TypeScript compares them. */
const STRICT_ONLY = ['consume.ts', 'signals.ts'];
const DIRECTIVE = /^ *\/\/ @ts-expect-error.*\n/gm;

/** Options that people have in their tsconfig.json, next to `experimentalDecorators`. */
interface Project {
  readonly name: string;
  readonly type: 'module' | 'commonjs';
  readonly options: Readonly<Record<string, unknown>>;
  /** Absent: every compiler has these options. */
  readonly only?: string;
}

const PROJECTS: readonly Project[] = [
  {
    name: 'modern ESM',
    type: 'module',
    options: {
      module: 'nodenext',
      strict: true,
      isolatedModules: true,
      verbatimModuleSyntax: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
    },
  },
  {
    name: "a new Nest project's ESM",
    type: 'module',
    options: { module: 'nodenext', strict: true, isolatedModules: true, emitDecoratorMetadata: true },
  },
  {
    name: "a new Nest project's CommonJS",
    type: 'commonjs',
    options: {
      module: 'nodenext',
      strict: true,
      isolatedModules: true,
      emitDecoratorMetadata: true,
      strictPropertyInitialization: false,
    },
  },
  {
    name: 'CommonJS that is not strict',
    type: 'commonjs',
    options: { module: 'nodenext', strict: false, emitDecoratorMetadata: true },
  },
  {
    name: 'a bundler',
    type: 'module',
    options: {
      module: 'esnext',
      moduleResolution: 'bundler',
      strict: true,
      isolatedModules: true,
      emitDecoratorMetadata: true,
    },
  },
  {
    name: 'legacy CommonJS',
    type: 'commonjs',
    options: {
      module: 'commonjs',
      moduleResolution: 'node10',
      ignoreDeprecations: '6.0',
      strict: true,
      emitDecoratorMetadata: true,
    },
    only: 'TypeScript 6',
  },
];

let folder: string;

beforeAll(async () => {
  mkdirSync(join(ROOT, '.build'), { recursive: true });
  // In the checkout, so that the package's dependencies are found.
  folder = mkdtempSync(join(ROOT, '.build/types-'));
  const installed = join(folder, 'node_modules/nestjs-fedora-messaging');
  const options = ['--noCheck', '--outDir', join(installed, 'dist')];
  await run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', ...options], {
    cwd: ROOT,
  });
  copyFileSync(join(ROOT, 'package.json'), join(installed, 'package.json'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A folder with some of the fixtures, as a project of its own. */
function projectOf(
  { type, options }: Project,
  { fixtures = readdirSync(FIXTURES), change = (text: string): string => text },
): string {
  const project = mkdtempSync(join(folder, 'project-'));
  const compilerOptions = {
    target: 'ES2022',
    experimentalDecorators: true,
    types: ['node'],
    skipLibCheck: true,
    noEmit: true,
    ...options,
  };
  writeFileSync(join(project, 'package.json'), JSON.stringify({ type }));
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: fixtures }));
  for (const fixture of fixtures) {
    writeFileSync(join(project, fixture), change(readFileSync(join(FIXTURES, fixture), 'utf8')));
  }
  return project;
}

/** The output of the compiler; empty when it finds no error. */
async function compile(tsc: string, project: string): Promise<string> {
  return run(process.execPath, [tsc, '-p', project]).then(
    ({ stdout }) => stdout,
    (error: Error & { stdout: string }) => {
      // A compiler that refuses code says so; one that could not run says nothing there.
      if (error.stdout === '') throw error;
      return error.stdout;
    },
  );
}

describe.each(COMPILERS)('$name', ({ name: compiler, tsc }) => {
  const projects = PROJECTS.filter(({ only = compiler }) => only === compiler);

  it.each(projects)('accepts right code and refuses wrong code in $name', async (project) => {
    const isStrict = project.options['strict'] === true;
    const fixtures = readdirSync(FIXTURES).filter((file) => isStrict || !STRICT_ONLY.includes(file));
    expect(await compile(tsc, projectOf(project, { fixtures }))).toBe('');
  });

  it.each([
    [
      'consumer.ts',
      [
        'The first parameter must be a Message, because any message of the queue may come. To get messages of some classes only, name them: @Consumer({ messages: [...] })',
        "The first parameter must be the classes in 'messages', as a union, or Message",
        "A static method belongs to no provider: remove 'static'",
      ],
    ],
    [
      'on-message.ts',
      [
        'The first parameter must be a Message: @OnMessage() without a class takes messages of any class',
        'The first parameter must be the classes that @OnMessage names, as a union, or Message',
        "A static method belongs to no provider: remove 'static'",
      ],
    ],
    ['signals.ts', ["A static method belongs to no provider: remove 'static'"]],
  ])('names the right form in the error of each wrong handler in %s', async (fixture, sentences) => {
    let wrong = 0;
    const change = (text: string): string => text.replace(DIRECTIVE, () => (wrong++, ''));
    const project = projectOf(PROJECTS[0]!, { fixtures: [fixture], change });
    const said = await compile(tsc, project);
    expect(said.match(/^\S.*: error TS/gm)).toHaveLength(wrong);
    for (const sentence of sentences) expect(said).toContain(`is not assignable to type '"${sentence}"'`);
  });
});

describe('SWC', () => {
  it.each<[type: Project['type'], module: 'es6' | 'commonjs']>([
    ['module', 'es6'],
    ['commonjs', 'commonjs'],
  ])('makes a running program as %s of decorated signatures with plain imports', async (type, module) => {
    const project = projectOf({ name: 'SWC', type, options: {} }, { fixtures: ['signatures.ts'] });
    const { code } = await transformFile(join(project, 'signatures.ts'), {
      configFile: false,
      swcrc: false,
      module: { type: module },
      jsc: {
        target: 'es2022',
        parser: { syntax: 'typescript', decorators: true },
        transform: { legacyDecorator: true, decoratorMetadata: true },
      },
    });
    writeFileSync(join(project, 'signatures.js'), code);
    const program = `
      await import('reflect-metadata');
      const imported = await import('./signatures.js');
      const { Handler, Injected, Monitoring } = imported.default ?? imported;
      const namesOf = (...args) => Reflect.getMetadata('design:paramtypes', ...args).map(({ name }) => name);
      console.log(JSON.stringify([
        namesOf(Handler.prototype, 'onMessage'),
        namesOf(Monitoring),
        namesOf(Injected)[2],
        Reflect.getMetadata('design:returntype', Monitoring.prototype, 'statistics').name,
      ]));
    `;
    const args = ['--input-type=module', '--eval', program];
    const { stdout } = await run(process.execPath, args, { cwd: project });
    expect(JSON.parse(stdout)).toEqual([
      ['Message', 'FedoraMessagingContext'],
      ['FedoraMessagingService', 'MetricsRegistry'],
      'Object',
      'Object',
    ]);
  });
});
