import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { inject } from 'vitest';
import { COMPILERS, type Compiler } from '../../support/compilers.js';
import { manifest } from './checkout.js';

export const run = promisify(execFile);

const FIXTURES = fileURLToPath(new URL('../fixtures/', import.meta.url));
const PEERS = [
  '@nestjs/common',
  '@nestjs/core',
  'class-transformer',
  'class-validator',
  'reflect-metadata',
  'rxjs',
];

/** The tsconfig.json of a user, next to the module options. */
const COMPILER_OPTIONS = {
  target: 'ES2023',
  types: ['node'],
  strict: true,
  skipLibCheck: false,
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  rootDir: 'src',
  outDir: 'dist',
};

/**
 * A folder with the packed package, its peers and more packages.
 *
 * @param versions the versions that differ from the devDependencies of this package
 */
export async function install(
  name: string,
  more: readonly string[] = [],
  versions: Readonly<Record<string, string>> = {},
): Promise<string> {
  const folder = join(inject('userFolder'), name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'user', private: true }));
  const packages = [...PEERS, '@types/node', ...more].map(
    (each) => `${each}@${versions[each] ?? manifest.devDependencies[each]}`,
  );
  const options = ['--prefer-offline', '--no-audit', '--no-fund'];
  await run('npm', ['install', ...options, inject('tarball'), ...packages], { cwd: folder });
  return folder;
}

/** A project in an installed folder, which gives it its packages. */
export function createProject(installed: string, name: string, type: 'module' | 'commonjs'): string {
  const project = join(installed, name);
  mkdirSync(join(project, 'src'), { recursive: true });
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name, private: true, type }));
  return project;
}

export function addFixtures(project: string, ...fixtures: readonly string[]): void {
  for (const fixture of fixtures) copyFileSync(join(FIXTURES, fixture), join(project, 'src', fixture));
}

/**
 * Compiles src to dist.
 *
 * @throws Error with the compiler's output
 */
export async function compile(
  project: string,
  options: Readonly<Record<string, unknown>> = { module: 'NodeNext' },
  { tsc }: Compiler = COMPILERS[0]!,
): Promise<void> {
  const config = { compilerOptions: { ...COMPILER_OPTIONS, ...options }, include: ['src'] };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify(config));
  await run(process.execPath, [tsc, '-p', project]).catch((error: { stdout: string }) => {
    throw new Error(error.stdout);
  });
}
