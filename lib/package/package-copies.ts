import { fileURLToPath } from 'node:url';
import { VERSION } from './version.js';

/** One copy of this package, as a process has loaded it. */
export interface PackageCopy {
  readonly version: string;
  /** The folder it is in. */
  readonly path: string;
}

/** All copies of a process know each other by this symbol. */
const COPIES = Symbol.for('nestjs-fedora-messaging');
/** What a copy writes on its own classes. */
const COPY = Symbol.for('nestjs-fedora-messaging:copy');

const ADVICE =
  "Install one copy only: a package of message classes or handlers must have nestjs-fedora-messaging in its peerDependencies, not in its dependencies ('npm ls nestjs-fedora-messaging' shows who brings which)";

const copies = ((globalThis as { [COPIES]?: PackageCopy[] })[COPIES] ??= []);

/** This one. One that is evaluated again, by a test runner that resets modules, is no other copy. */
const own: PackageCopy = copies.find(({ path }) => path === ownPath()) ?? {
  version: VERSION,
  path: ownPath(),
};
if (!copies.includes(own)) copies.push(own);

/** What tells that there are several copies in this process, and what to do; undefined where this is the only one. */
export function severalCopies(): string | undefined {
  const others = copies.filter((copy) => copy !== own);
  if (others.length === 0) return undefined;
  return `There are several copies of nestjs-fedora-messaging in this process: ${describe(own)}, which says this, and ${others.map(describe).join(', ')}. What is decorated or made with one of them is unknown to the other. ${ADVICE}`;
}

/** Lets the other copies know a class, and all that extend it, as one of this copy. */
export function markAsOwn(target: { readonly prototype: object }): void {
  Object.defineProperty(target.prototype, COPY, { value: own });
}

/**
 * What tells that an object, or the prototype of a class, is another copy's; undefined where it is not.
 *
 * @param what the sentence's subject
 */
export function foreignTo(what: string, thing: unknown): string | undefined {
  const copy =
    typeof thing === 'object' && thing !== null ? (thing as { [COPY]?: PackageCopy })[COPY] : undefined;
  if (copy === undefined) return undefined;
  if (copy === own) {
    return `${what} is of nestjs-fedora-messaging ${describe(own)} as it was loaded before the modules of this process were reset: import both again`;
  }
  return `${what} is of another copy of nestjs-fedora-messaging, ${describe(copy)}; this is ${describe(own)}. ${ADVICE}`;
}

function describe({ version, path }: PackageCopy): string {
  return `${version} in ${path}`;
}

function ownPath(): string {
  const { href } = new URL('../..', import.meta.url);
  // What has been bundled may be anywhere.
  return href.startsWith('file:') ? fileURLToPath(href) : href;
}
