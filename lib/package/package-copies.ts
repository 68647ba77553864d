import { fileURLToPath } from 'node:url';
import { VERSION } from './version.js';

/** One copy of this package, as a process has loaded it. */
export interface PackageCopy {
  readonly version: string;
  /** The folder that the copy is in. */
  readonly path: string;
}

/** The key of the list of all copies in a process, which they share. */
const COPIES = Symbol.for('nestjs-fedora-messaging');
/** The key with which a copy marks its own classes. */
const COPY = Symbol.for('nestjs-fedora-messaging:copy');

const ADVICE =
  "Install one copy only: a package of message classes or handlers must have nestjs-fedora-messaging in its peerDependencies, not in its dependencies ('npm ls nestjs-fedora-messaging' shows the copies)";

const copies = ((globalThis as { [COPIES]?: PackageCopy[] })[COPIES] ??= []);

/** This copy. A test runner that resets modules evaluates it again: that is no other copy. */
const own: PackageCopy = copies.find(({ path }) => path === ownPath()) ?? {
  version: VERSION,
  path: ownPath(),
};
if (!copies.includes(own)) copies.push(own);

/** The text that tells of several copies in this process, and what to do; undefined when there is only this copy. */
export function severalCopies(): string | undefined {
  const others = copies.filter((copy) => copy !== own);
  if (others.length === 0) return undefined;
  return `This process has several copies of nestjs-fedora-messaging: ${describe(own)}, which writes this line, and ${others.map(describe).join(', ')}. Each copy knows only its own decorators and classes. ${ADVICE}`;
}

/** Marks a class, and all classes that extend it, as belonging to this copy. Other copies can read the mark. */
export function markAsOwn(target: { readonly prototype: object }): void {
  Object.defineProperty(target.prototype, COPY, { value: own });
}

/**
 * The text that tells that an object, or the prototype of a class, belongs to another copy, or to this copy before
 * modules were reset; undefined when it has no mark of a copy.
 *
 * @param what the subject of the sentence
 */
export function foreignTo(what: string, thing: unknown): string | undefined {
  const copy =
    typeof thing === 'object' && thing !== null ? (thing as { [COPY]?: PackageCopy })[COPY] : undefined;
  if (copy === undefined) return undefined;
  if (copy === own) {
    return `${what} is of nestjs-fedora-messaging ${describe(own)} as it was loaded before a reset of the modules: import both again after the reset`;
  }
  return `${what} is of another copy of nestjs-fedora-messaging, ${describe(copy)}; this is ${describe(own)}. ${ADVICE}`;
}

function describe({ version, path }: PackageCopy): string {
  return `${version} in ${path}`;
}

function ownPath(): string {
  const { href } = new URL('../..', import.meta.url);
  // A bundle may have a URL of any kind.
  return href.startsWith('file:') ? fileURLToPath(href) : href;
}
