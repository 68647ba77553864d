import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The URL of the command's program in the copy of this package that a folder's modules import, if any. */
export function localProgram(folder: string): string | undefined {
  let packageJson: string;
  try {
    packageJson = createRequire(join(folder, 'any.js')).resolve('nestjs-fedora-messaging/package.json');
  } catch {
    return undefined;
  }
  const program = join(dirname(packageJson), 'dist/cli/program.js');
  return existsSync(program) ? pathToFileURL(program).href : undefined;
}
