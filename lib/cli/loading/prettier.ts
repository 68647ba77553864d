import { createRequire } from 'node:module';
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { strangeFolderOf } from './trusted-packages.js';

/** The part of Prettier that the command uses. */
interface Prettier {
  resolveConfig(file: string): Promise<object | null>;
  format(text: string, options: object): Promise<string>;
}

const PRETTIER = 'prettier';

/**
 * Formats generated files as the project does: with its Prettier and its configuration. Without Prettier, the text stays
 * as it is.
 *
 * @param folder the folder of the files; the working directory is looked at as well
 */
export async function projectFormatter(
  folder: string,
): Promise<(text: string, file: string) => Promise<string>> {
  const prettier = await prettierOf([folder, process.cwd(), import.meta.dirname]);
  if (!prettier) return (text) => Promise.resolve(text);
  return async (text, file) => {
    const filepath = join(folder, file);
    return prettier.format(text, { ...(await prettier.resolveConfig(filepath)), filepath });
  };
}

async function prettierOf(folders: readonly string[]): Promise<Prettier | undefined> {
  for (const folder of folders.map(existingFolder)) {
    const path = resolved(folder);
    if (path === undefined || strangeFolderOf(PRETTIER, folder)) continue;
    const module = (await import(pathToFileURL(path).href)) as Prettier & { readonly default?: Prettier };
    return module.default ?? module;
  }
  return undefined;
}

/** The folder, or the nearest one above it that is there. */
function existingFolder(folder: string): string {
  const path = resolve(folder);
  return existsSync(path) ? path : existingFolder(dirname(path));
}

function resolved(folder: string): string | undefined {
  try {
    return createRequire(join(folder, 'file.js')).resolve(PRETTIER);
  } catch {
    return undefined;
  }
}
