import { execFile } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import { buildPage } from '../../page/build.mjs';
import { COMPILERS } from './compilers.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The folder of the package that is built for this run. */
    packageFolder: string;
    /** The folder of the compiled test/apps. */
    appsFolder: string;
  }
}

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Builds the package with its samples, and test/apps, into a folder of this run, where their dependencies are found. */
export default async function setup(project: TestProject): Promise<() => void> {
  mkdirSync(join(ROOT, '.build'), { recursive: true });
  const folder = mkdtempSync(join(ROOT, '.build/run-'));
  // The newest compiler writes the same JavaScript in an eighth of the time. The types are checked elsewhere.
  const { tsc } = COMPILERS.at(-1)!;
  const options = ['-p', 'tsconfig.apps.json', '--outDir', folder, '--noCheck'];
  await run(process.execPath, [tsc, ...options], { cwd: ROOT });
  const packageFolder = join(folder, 'package');
  const isSource = (path: string): boolean => path !== join(ROOT, 'sample/dist');
  cpSync(join(ROOT, 'sample'), join(packageFolder, 'sample'), { recursive: true, filter: isSource });
  cpSync(join(folder, 'sample'), join(packageFolder, 'sample/dist'), { recursive: true });
  cpSync(join(folder, 'lib'), join(packageFolder, 'dist'), { recursive: true });
  for (const name of ['python', 'templates']) {
    cpSync(join(ROOT, name), join(packageFolder, name), { recursive: true });
  }
  await buildPage(join(packageFolder, 'dist/page-assets'));
  copyFileSync(join(ROOT, 'package.json'), join(packageFolder, 'package.json'));
  project.provide('packageFolder', packageFolder);
  project.provide('appsFolder', join(folder, 'test/apps'));
  return () => rmSync(folder, { recursive: true, force: true });
}
