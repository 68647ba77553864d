import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { refusalOf, strangeFolderOf } from './loading/trusted-packages.js';

const PACKAGE = 'nestjs-fedora-messaging';

/**
 * The URL of the command's program in the folder's own copy of this package, if there is one. If a stranger may have
 * put the copy there, it is not run, and a warning is written.
 */
export function localProgram(folder: string): string | undefined {
  const strange = strangeFolderOf(PACKAGE, folder);
  if (strange) {
    process.stderr.write(`warning: ${refusalOf(PACKAGE, strange)}\n`);
    return undefined;
  }
  let packageJson: string;
  try {
    packageJson = createRequire(join(folder, 'any.js')).resolve(`${PACKAGE}/package.json`);
  } catch {
    return undefined;
  }
  const program = join(dirname(packageJson), 'dist/cli/program.js');
  return existsSync(program) ? pathToFileURL(program).href : undefined;
}
