import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Documents, writeFile } from '../../../site/pages.js';

/** A repository with these files, which are removed when the test ends. */
function documents(files: Record<string, string>): { pages: Documents; folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'fedora-messaging-site-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFile(join(folder, name), text);
  return { pages: new Documents(folder, 'https://forge.example/package'), folder };
}

const textOf = (files: Record<string, string>, path = 'guides/a.md'): string | undefined =>
  documents(files)
    .pages.pages()
    .find((page) => page.path === path)?.text;

describe('a link of a document', () => {
  it.each([
    { what: 'another page', target: '../start/b.md#two-words', onSite: '../start/b.md#two-words' },
    { what: 'the index', target: '../README.md', onSite: '../index.md' },
    { what: 'a heading of its page', target: '#own', onSite: '#own' },
    { what: 'an image', target: '../images/a.png', onSite: '../images/a.png' },
    {
      what: 'a file outside',
      target: '../../CHANGES.md',
      onSite: 'https://forge.example/package/blob/main/CHANGES.md',
    },
    {
      what: 'a folder outside',
      target: '../../sample/01',
      onSite: 'https://forge.example/package/tree/main/sample/01',
    },
    { what: 'another server', target: 'https://example.org/#x', onSite: 'https://example.org/#x' },
  ])('to $what has its target on the site', ({ target, onSite }) => {
    const files = {
      'docs/README.md': '',
      'docs/guides/a.md': `# A\n\n## Own\n\n[text](${target})\n`,
      'docs/start/b.md': '# B\n\n## Two words\n',
      'docs/images/a.png': '',
      'CHANGES.md': '',
      'sample/01/main.ts': '',
    };
    expect(textOf(files)).toContain(`[text](${onSite})`);
  });

  it.each(['missing.md', 'a.md#missing', '../../missing'])('to %s is refused with its page', (target) => {
    expect(() => textOf({ 'docs/guides/a.md': `# A\n\n[text](${target})\n` })).toThrow(
      `docs/guides/a.md: the link to ${target} has no target`,
    );
  });
});

it('the site gets pages and images, and no report of the API', () => {
  const { pages, folder } = documents({
    'docs/README.md': '# Index\n',
    'docs/api/index.api.md': '',
    'docs/images/a.png': 'image',
  });
  pages.writeTo(join(folder, 'out'));
  expect(readFileSync(join(folder, 'out/index.md'), 'utf8')).toBe('# Index\n');
  expect(readFileSync(join(folder, 'out/images/a.png'), 'utf8')).toBe('image');
  expect(pages.pages().map(({ path }) => path)).toEqual(['index.md']);
});
