import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const LIB = join(import.meta.dirname, '../../lib');

/** The files of lib/ by path. */
export const librarySources: ReadonlyMap<string, string> = new Map(
  readdirSync(LIB, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .toSorted()
    .map((path) => [path, readFileSync(join(LIB, path), 'utf8')]),
);

/** The places in lib/ that match the pattern, each with its file. Comments do not count. */
export function placesInLibrary(pattern: RegExp): string[] {
  return [...librarySources].flatMap(([path, text]) =>
    [...text.replace(/^\s*(\/\/|\/?\*).*$/gm, '').matchAll(new RegExp(pattern, 'g'))].map(
      ([place]) => `${path}: ${place}`,
    ),
  );
}
