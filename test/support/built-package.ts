import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The folder of the package as it is built for this run. */
    packageFolder: string;
  }
}

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Builds the package into a folder of this run, where its dependencies are found. */
export default async function setup(project: TestProject): Promise<() => void> {
  mkdirSync(join(ROOT, '.build'), { recursive: true });
  const folder = mkdtempSync(join(ROOT, '.build/package-'));
  // The types are checked elsewhere.
  const options = ['--outDir', join(folder, 'dist'), '--noCheck', '--declaration', 'false'];
  await run('node_modules/.bin/tsc', ['-p', 'tsconfig.build.json', ...options], { cwd: ROOT });
  copyFileSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
  project.provide('packageFolder', folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
