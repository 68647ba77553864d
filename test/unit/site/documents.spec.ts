import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Documents } from '../../../site/pages.js';
import { sidebarOf } from '../../../site/sidebar.js';

const DOCUMENTS = new Documents(join(import.meta.dirname, '../../..'), 'https://forge.example');

describe('the documents of this package', () => {
  it('have no link without a target, also to a heading', () => {
    expect(() => DOCUMENTS.pages()).not.toThrow();
  });

  it('are all in the index, which is the sidebar of the site', () => {
    expect(() => sidebarOf(DOCUMENTS.pages())).not.toThrow();
  });
});
