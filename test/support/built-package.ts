import { execFile } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The folder of the package as it is built for this run. */
    packageFolder: string;
    /** The folder of the compiled test/apps. */
    appsFolder: string;
  }
}

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Builds the package and test/apps, at once, into a folder of this run, where their dependencies are found. */
export default async function setup(project: TestProject): Promise<() => void> {
  mkdirSync(join(ROOT, '.build'), { recursive: true });
  const folder = mkdtempSync(join(ROOT, '.build/run-'));
  // The types are checked elsewhere.
  const options = ['--outDir', folder, '--noCheck'];
  await run('node_modules/.bin/tsc', ['-p', 'tsconfig.apps.json', ...options], { cwd: ROOT });
  const packageFolder = join(folder, 'package');
  cpSync(join(folder, 'lib'), join(packageFolder, 'dist'), { recursive: true });
  cpSync(join(ROOT, 'python'), join(packageFolder, 'python'), { recursive: true });
  copyFileSync(join(ROOT, 'package.json'), join(packageFolder, 'package.json'));
  project.provide('packageFolder', packageFolder);
  project.provide('appsFolder', join(folder, 'test/apps'));
  return () => rmSync(folder, { recursive: true, force: true });
}
