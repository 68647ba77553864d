import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { page } from '../../support/documents.js';

const TEST = join(import.meta.dirname, '../..');

/** The promises of the page, each with the lines below it. */
const PROMISES = page('docs/explanation/guarantees.md')
  .split(/^- /m)
  .slice(1)
  .map((item) => {
    const [promise = '', ...lines] = item.split('\n');
    const tests = lines.flatMap((line) => {
      const [, file, title] = /^ {2}- `([^`]+)`: (.+)$/.exec(line) ?? [];
      return file === undefined ? [] : [[file, title!] as const];
    });
    return { promise, tests };
  });

/** Whether a file has a test, or a group of tests, with this title. */
function hasTitle(file: string, title: string): boolean {
  const path = join(TEST, file);
  if (!existsSync(path)) return false;
  const text = readFileSync(path, 'utf8').replaceAll("\\'", "'");
  return [`'${title}'`, `"${title}"`, `\`${title}\``].some((literal) => text.includes(literal));
}

describe('the page of guarantees', () => {
  it('has the promises of all parts of the library', () => {
    expect(PROMISES.length).toBeGreaterThanOrEqual(38);
  });

  it.each(PROMISES)('names tests that exist: $promise', ({ tests }) => {
    expect(tests).not.toEqual([]);
    expect(tests.filter(([file, title]) => !hasTitle(file, title))).toEqual([]);
  });
});
