import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { blocks, page as textOf, rows, section } from '../../support/documents.js';

const ROOT = join(import.meta.dirname, '../../..');

/** The pages that people read, from the root: without the generated reports of `docs/api`. */
const PAGES = readdirSync(join(ROOT, 'docs'), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.md'))
  .map(({ parentPath, name }) => relative(ROOT, join(parentPath, name)))
  .filter((page) => !page.startsWith('docs/api/'))
  .sort();

/** Pages with a task or a subject. The index, and notes of maintainers, do not begin with an example. */
const PAGES_WITH_EXAMPLE = PAGES.filter((page) =>
  /^docs\/(start|guides|reference|explanation|troubleshooting)\//.test(page),
);

const linesOf = (page: string): string[] => textOf(page).replace(/\n$/, '').split('\n');
const longCellsOf = (page: string): string[] =>
  rows(textOf(page))
    .flatMap((row) => Object.entries(row).flat())
    .filter((cell) => cell.length > 80);

describe.each(PAGES)('%s', (page) => {
  it('has at most 250 lines', () => {
    expect(linesOf(page).length).toBeLessThanOrEqual(250);
  });
});

describe.each(PAGES_WITH_EXAMPLE)('%s', (page) => {
  it('begins with an example: a block within its first 25 lines', () => {
    const [first] = linesOf(page).flatMap((line, index) => (line.startsWith('```') ? [index + 1] : []));
    expect(first).toBeLessThanOrEqual(25);
  });

  it('has no table cell of more than 80 characters', () => {
    expect(longCellsOf(page)).toEqual([]);
  });
});

describe('README.md', () => {
  it('has at most 200 lines', () => {
    expect(linesOf('README.md').length).toBeLessThanOrEqual(200);
  });

  it('has no table cell of more than 80 characters', () => {
    expect(longCellsOf('README.md')).toEqual([]);
  });

  it('names the two commands: the quick start and the tests', () => {
    const [commands] = blocks(section(textOf('README.md'), 'The two commands'), 'console');
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
    expect(commands).toMatch(/^npm ci && npm run demo .*\nnpm ci && npm test .*\n$/);
    expect(scripts).toMatchObject({ demo: expect.any(String), test: expect.any(String) });
  });
});
