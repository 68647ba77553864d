import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { ROOT } from './checkout.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The packed package, as `npm publish` sends it. */
    tarball: string;
    /** A folder outside the checkout, for the projects of users. */
    userFolder: string;
  }
}

/** Builds and packs the package once for all test files. */
export default function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'fedora-messaging-package-'));
  execFileSync('npm', ['pack', '--pack-destination', folder], { cwd: ROOT, stdio: 'pipe' });
  const [tarball] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  project.provide('tarball', join(folder, tarball!));
  project.provide('userFolder', folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
