import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { VERSION } from '../../package/index.js';
import { CommandError, messageOf } from '../command-error.js';

const TEMPLATE = fileURLToPath(new URL('../../../templates/application', import.meta.url));
/** The name of the application in the template. */
const NAME = /my-application/g;
/** npm and the compiler would read these files as their own, so their names end with this. */
const SUFFIX = /\.template$/;

/** Writes the files of the template. @throws CommandError when the folder is not empty, or can't be written */
export function writeApplication(folder: string, name: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    if (readdirSync(folder).length > 0) {
      throw new CommandError(`The folder ${folder} is not empty, and stays as it is: name another folder`);
    }
    for (const entry of readdirSync(TEMPLATE, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const source = join(entry.parentPath, entry.name);
      const target = join(folder, source.slice(TEMPLATE.length).replace(SUFFIX, ''));
      mkdirSync(dirname(target), { recursive: true });
      const text = readFileSync(source, 'utf8').replace(NAME, name).replace('^VERSION', `^${VERSION}`);
      writeFileSync(target, text, { flag: 'wx' });
    }
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(`The folder ${folder} can't be written: ${messageOf(error)}`, undefined, {
      cause: error,
    });
  }
}
