import { beforeAll, describe, expect, it } from 'vitest';
import { COMPILERS } from '../support/compilers.js';
import { manifest } from './support/checkout.js';
import { addFixtures, compile, createProject, install, run } from './support/user-project.js';

const FIXTURES = [
  'application.ts',
  'declarations.ts',
  'with-asyncapi.ts',
  'with-terminus.ts',
  'without-metrics.ts',
];

/** The tsconfig.json of users. */
const PROJECTS = [
  { kind: 'ESM', type: 'module', options: { module: 'NodeNext' } },
  { kind: 'CommonJS', type: 'commonjs', options: { module: 'NodeNext' } },
  { kind: "bundlers'", type: 'module', options: { module: 'ESNext', moduleResolution: 'Bundler' } },
  {
    kind: "CommonJS, bundlers'",
    type: 'commonjs',
    options: { module: 'CommonJS', moduleResolution: 'Bundler' },
  },
] as const;

/**
 * The versions of Nest's packages for each major version. Missing packages have the versions of the devDependencies.
 */
const NESTS: readonly { nest: string; versions: Readonly<Record<string, string>> }[] = [
  { nest: 'Nest 12', versions: {} },
  {
    nest: 'Nest 11',
    versions: { '@nestjs/common': '^11.1.0', '@nestjs/core': '^11.1.0', '@nestjs/terminus': '^11.0.0' },
  },
];

describe.each(NESTS)('the package in a project with $nest', ({ nest, versions }) => {
  let installed: string;

  beforeAll(async () => {
    installed = await install(nest.replace(' ', '-'), ['@nestjs/terminus'], versions);
  });

  describe.each(PROJECTS)('that is $kind', ({ kind, type, options }) => {
    it.each(COMPILERS)('compiles with $name without skipLibCheck, and works', async (compiler) => {
      const project = createProject(installed, `${kind}-${compiler.name}`.replace(/\W+/g, '-'), type);
      addFixtures(project, ...FIXTURES);
      await compile(project, { ...options, declaration: true }, compiler);
      const start = async (script: string) => {
        const { stdout } = await run(process.execPath, [`dist/${script}`], { cwd: project });
        return stdout;
      };
      expect(await start('application.js')).toBe('HELLO\nHELLO AGAIN 1\n');
      expect(await start('with-asyncapi.js')).toBe('3.0.0\n');
      expect(await start('with-terminus.js')).toBe('up\n');
      const missing = 'needs? the package prom-client, which is not installed: npm install prom-client@15\n';
      expect(await start('without-metrics.js')).toMatch(
        new RegExp(`^200 501 Metrics ${missing}\nConfigurationException The options: 'metrics' ${missing}$`),
      );
    });
  });

  it('runs the command', async () => {
    const { stdout } = await run('node_modules/.bin/fedora-messaging', ['--version'], { cwd: installed });
    expect(stdout).toBe(`${manifest.version}\n`);
  });
});
