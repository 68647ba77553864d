import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A file, and what was done with it. */
export interface WrittenFile {
  /** Its path in the folder. */
  readonly path: string;
  readonly state: 'written' | 'updated' | 'removed' | 'up to date';
}

const HEAD =
  '# Written by `fedora-messaging schemas export --python`. It is not overwritten once it is edited.\n';
const CHECKSUM_LINE = /^# Checksum: ([0-9a-f]{64})\n/m;

/**
 * Writes files that are not there as they are to be, and removes those that an earlier run wrote and that are not
 * wanted any more.
 *
 * @param folder made if it is not there
 * @param texts the text of each file, by its path in the folder
 * @throws RangeError, before anything is written, when a file is in the way: one that somebody edited or made
 */
export function writeFiles(folder: string, texts: ReadonlyMap<string, string>): WrittenFile[] {
  const wanted = new Map([...texts].map(([path, text]) => [path, withHeader(text)]));
  const stale = staleFiles(folder, wanted);
  assertOwn(
    folder,
    [...wanted].filter(([path, text]) => textOf(folder, path) !== text).map(([path]) => path),
  );
  for (const path of stale) rmSync(join(folder, path));
  const files = [...wanted].map(([path, text]) => ({ path, state: write(folder, path, text) }));
  return [...files, ...stale.map((path) => ({ path, state: 'removed' as const }))];
}

function write(folder: string, path: string, text: string): WrittenFile['state'] {
  const before = textOf(folder, path);
  if (before === text) return 'up to date';
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return before === undefined ? 'written' : 'updated';
}

/** Unedited modules of earlier runs. Edited modules stay: they may be what somebody still needs. */
function staleFiles(folder: string, wanted: ReadonlyMap<string, string>): string[] {
  const folders = new Set([...wanted.keys()].map((path) => dirname(path)).filter((path) => path !== '.'));
  return [...folders]
    .filter((name) => existsSync(join(folder, name)))
    .flatMap((name) => readdirSync(join(folder, name)).map((file) => `${name}/${file}`))
    .filter((path) => path.endsWith('.py') && !wanted.has(path) && isUnedited(textOf(folder, path)!))
    .sort();
}

function assertOwn(folder: string, paths: readonly string[]): void {
  const foreign = paths.filter((path) => {
    const text = textOf(folder, path);
    return text !== undefined && !isUnedited(text);
  });
  if (foreign.length === 0) return;
  throw new RangeError(
    `${foreign.map((path) => join(folder, path)).join(', ')}: edited, or not written by this command. Move it away, or choose another folder; nothing was written`,
  );
}

function withHeader(text: string): string {
  return `${HEAD}# Checksum: ${checksumOf(`${HEAD}\n${text}`)}\n\n${text}`;
}

function isUnedited(text: string): boolean {
  const checksum = CHECKSUM_LINE.exec(text)?.[1];
  return checksum !== undefined && checksumOf(text.replace(CHECKSUM_LINE, '')) === checksum;
}

/** The ends of lines make no difference. */
function textOf(folder: string, path: string): string | undefined {
  const file = join(folder, path);
  return existsSync(file) ? readFileSync(file, 'utf8').replaceAll('\r\n', '\n') : undefined;
}

function checksumOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
