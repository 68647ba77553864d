import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, it } from 'vitest';
import { run } from './support/user-project.js';

/*
 * `npm run size` prints what an installation of the package costs. The limits are a little above the measured values:
 * they go down with the package, and a change that raises one says why.
 */

const MAX_DEPENDENCIES = 20;
const MAX_PACKAGE_KB = 2_100;
const MAX_DEPENDENCIES_KB = 4_300;

/** The files under a folder, by their paths from there. */
function filesIn(folder: string): string[] {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return paths.filter((path) => statSync(join(folder, path)).isFile());
}

/** The size of files, not of the blocks that they take on a disk. */
function kilobytesOf(folder: string, files: readonly string[]): number {
  return Math.round(files.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0) / 1000);
}

it('an installed package, without its peers, keeps the limits of its size and of its dependencies', async () => {
  const project = join(inject('userFolder'), 'size');
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{ "private": true }');
  const options = ['--legacy-peer-deps', '--prefer-offline', '--no-audit', '--no-fund'];
  await run('npm', ['install', ...options, inject('tarball')], { cwd: project });

  const modules = join(project, 'node_modules');
  const files = filesIn(modules).filter((file) => file !== '.package-lock.json');
  const own = files.filter((file) => file.startsWith('nestjs-fedora-messaging/'));
  const others = files.filter((file) => !own.includes(file));
  const dependencies = others.filter((file) =>
    /(^|node_modules\/)(@[^/]+\/)?[^/]+\/package\.json$/.test(file),
  );
  const sizes = {
    'packed, in kB': Math.round(statSync(inject('tarball')).size / 1000),
    'installed, in kB': kilobytesOf(modules, own),
    files: own.length,
    dependencies: dependencies.length,
    'dependencies, in kB': kilobytesOf(modules, others),
  };
  console.table(sizes);

  expect(dependencies.length).toBeLessThanOrEqual(MAX_DEPENDENCIES);
  expect(sizes['installed, in kB']).toBeLessThanOrEqual(MAX_PACKAGE_KB);
  expect(sizes['dependencies, in kB']).toBeLessThanOrEqual(MAX_DEPENDENCIES_KB);
});
