import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError, messageOf } from '../command-error.js';

/** The fields of a package.json. */
export interface PackageInfo {
  readonly title?: string;
  readonly version?: string;
  readonly description?: string;
  readonly license?: { readonly name: string };
}

/**
 * Reads the package.json of a folder; empty if there is none.
 *
 * @throws CommandError when it can't be read
 */
export function packageInfo(folder: string): PackageInfo {
  const { name, version, description, license } = packageJson(join(folder, 'package.json'));
  return {
    ...(isText(name) && { title: name }),
    ...(isText(version) && { version }),
    ...(isText(description) && { description }),
    ...(isText(license) && { license: { name: license } }),
  };
}

function packageJson(file: string): Record<string, unknown> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new CommandError(`${file}: ${messageOf(error)}`, undefined, { cause: error });
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
