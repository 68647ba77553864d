import { lstatSync, statSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import { CommandError } from '../command-error.js';

const ROOT = 0;
const WRITABLE_BY_ALL = 0o002;

/** What a stranger may have put where modules are looked for. */
export interface StrangeFolder {
  readonly folder: string;
  /** The user id of its owner. */
  readonly owner: number;
}

/**
 * Whoever may write to a folder above the working directory, such as `/tmp`, can put a `node_modules` there, and
 * modules are looked for in it. Its code is not to run unless it belongs to root, to the user who runs the
 * command, or to the owner of the working directory.
 *
 * @param name the package that is to be imported, as it is written: `name`, `@scope/name`, or with a path behind
 * @param from the folder that it is imported from
 * @returns what is in the way, if anything is
 */
export function strangeFolderOf(name: string, from: string): StrangeFolder | undefined {
  const user = process.geteuid?.();
  const [packageName] = /^(?:@[^/]+\/)?[^/]+/.exec(name) ?? [];
  // Windows has no owners of this kind.
  if (user === undefined || packageName === undefined) return undefined;
  const trusted = new Set([ROOT, user, statSync(from).uid]);
  for (let above = from; ; above = dirname(above)) {
    const modules = join(above, 'node_modules');
    const places = [modules, ...placesOf(packageName).map((place) => join(modules, place))];
    const stats = places.map((place) => lstatSync(place, { throwIfNoEntry: false }));
    if (stats.every((stat) => stat !== undefined)) {
      // Nobody but its owner can have put it into the working directory itself, unless all may write there.
      const isOwn = above === from && (statSync(above).mode & WRITABLE_BY_ALL) === 0;
      return isOwn ? undefined : firstStrange(places, stats, trusted);
    }
    if (dirname(above) === above) return undefined;
  }
}

/** @throws CommandError where a stranger may have put the package there */
export function assertTrusted(name: string, from: string, what: string): void {
  const strange = strangeFolderOf(name, from);
  if (strange) throw new CommandError(`${what}: ${refusalOf(name, strange)}`);
}

/** Why a package is not imported, and what to do. */
export function refusalOf(name: string, { folder, owner }: StrangeFolder): string {
  return `the package '${name}' is not imported, because ${folder} belongs to another user (uid ${owner}), neither to you nor to root nor to the owner of the working directory: install the package into the working directory, or give the folder to one of these`;
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
