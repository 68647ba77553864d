import { readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deadLinksOf } from '../../../site/links.js';
import { Documents } from '../../../site/pages.js';
import { sidebarOf } from '../../../site/sidebar.js';

const ROOT = join(import.meta.dirname, '../../..');
const DOCUMENTS = new Documents(ROOT, 'https://forge.example');

const SAMPLES = readdirSync(join(ROOT, 'sample')).filter((name) => /^\d\d-/.test(name));
const FOLDERS = ['.', '.github', 'bench', 'test/documents', ...SAMPLES.map((name) => `sample/${name}`)];
/** The documents outside docs/. */
const OTHERS = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => posix.join(folder, name)),
);

describe('the documents of this package', () => {
  it('have no link without a target, also to a heading', () => {
    expect(() => DOCUMENTS.pages()).not.toThrow();
  });

  it('are all in the index, which is the sidebar of the site', () => {
    expect(() => sidebarOf(DOCUMENTS.pages())).not.toThrow();
  });
});

it.each(OTHERS)('%s has no link without a target, also to a heading', (document) => {
  expect(deadLinksOf(ROOT, document)).toEqual([]);
});
