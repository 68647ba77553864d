import { lstatSync, statSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import { CommandError } from '../command-error.js';

const ROOT_UID = 0;
const WRITABLE_BY_ALL_MODE = 0o002;

/** A folder on a module's path that belongs to a stranger. */
export interface StrangeFolder {
  readonly folder: string;
  /** The user id of its owner. */
  readonly owner: number;
}

/**
 * Finds a folder that makes a package untrusted: a folder of another user on the package's path. Node looks for
 * modules in the folders above the working directory, too. Whoever may write to such a folder, for example `/tmp`,
 * can put a `node_modules` there. Its code must not run unless it belongs to root, to the user who runs the command,
 * or to the owner of the working directory.
 *
 * @param name the package to import, as written: `name`, `@scope/name`, either with a path after it
 * @param from the folder from which it is imported
 * @returns the untrusted folder, if there is one
 */
export function strangeFolderOf(name: string, from: string): StrangeFolder | undefined {
  const user = process.geteuid?.();
  const [packageName] = /^(?:@[^/]+\/)?[^/]+/.exec(name) ?? [];
  // Windows has no owners like these.
  if (user === undefined || packageName === undefined) return undefined;
  const trusted = new Set([ROOT_UID, user, statSync(from).uid]);
  for (let above = from; ; above = dirname(above)) {
    const modules = join(above, 'node_modules');
    const places = [modules, ...placesOf(packageName).map((place) => join(modules, place))];
    const stats = places.map((place) => lstatSync(place, { throwIfNoEntry: false }));
    if (stats.every((stat) => stat !== undefined)) {
      // Unless all users may write to the working directory, only its owner can have put the package there.
      const isOwn = above === from && (statSync(above).mode & WRITABLE_BY_ALL_MODE) === 0;
      return isOwn ? undefined : firstStrange(places, stats, trusted);
    }
    if (dirname(above) === above) return undefined;
  }
}

/**
 * Checks that a package belongs to a trusted user.
 *
 * @throws CommandError when a stranger may have put the package there
 */
export function assertTrusted(name: string, from: string, what: string): void {
  const strange = strangeFolderOf(name, from);
  if (strange) throw new CommandError(`${what}: ${refusalOf(name, strange)}`);
}

/** Says why a package is not imported, and what to do. */
export function refusalOf(name: string, { folder, owner }: StrangeFolder): string {
  return `the package '${name}' is not imported, because ${folder} belongs to another user (uid ${owner}). Install the package into the working directory, or give the folder to yourself, to root or to the owner of the working directory`;
}

function placesOf(packageName: string): string[] {
  const [scope, name] = packageName.split('/');
  return name === undefined ? [packageName] : [scope!, packageName];
}

function firstStrange(
  places: readonly string[],
  stats: readonly Stats[],
  trusted: ReadonlySet<number>,
): StrangeFolder | undefined {
  const index = stats.findIndex(({ uid }) => !trusted.has(uid));
  return index < 0 ? undefined : { folder: places[index]!, owner: stats[index]!.uid };
}
