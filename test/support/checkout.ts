import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The files to build, and the tools that build them. */
const IS_NEEDED = /^(lib|page|templates|sample|package\.json|nest-cli\.json|tsconfig.*\.json)$/;

/** A copy of the sources with the installed packages, for a build that no other test uses. */
export class Checkout {
  private constructor(readonly folder: string) {}

  static create(): Checkout {
    mkdirSync(join(ROOT, '.build'), { recursive: true });
    const folder = mkdtempSync(join(ROOT, '.build/checkout-'));
    for (const name of readdirSync(ROOT).filter((entry) => IS_NEEDED.test(entry))) {
      const filter = (source: string): boolean => source !== join(ROOT, 'sample/dist');
      cpSync(join(ROOT, name), join(folder, name), { recursive: true, filter });
    }
    return new Checkout(folder);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
