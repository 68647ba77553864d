import { describe, expect, it } from 'vitest';
import { sidebarOf, sidebarOfFolder } from '../../../site/sidebar.js';

const A = { path: 'guides/a.md', text: '# Do `a`\n' };
const B = { path: 'b.md', text: '# B\n' };

describe('the sidebar', () => {
  it('has a group for each heading of the index, with the titles of the pages below it', () => {
    const text =
      '# Index\n\n[a](guides/a.md)\n\n## First\n\n- [b](b.md#x)\n\n## Second\n\n- [a](guides/a.md), [b](b.md)\n';
    expect(sidebarOf([{ path: 'index.md', text }, A, B])).toEqual([
      { text: 'First', items: [{ text: 'B', link: '/b' }] },
      { text: 'Second', items: [{ text: 'Do a', link: '/guides/a' }] },
    ]);
  });

  it('refuses pages that the index does not link to below a heading', () => {
    const index = { path: 'index.md', text: '# Index\n\n[b](b.md)\n\n## First\n\n`[a](guides/a.md)`\n' };
    expect(() => sidebarOf([index, A, B])).toThrow(
      'docs/guides/a.md: docs/README.md does not link to this page\ndocs/b.md: docs/README.md does not link to this page',
    );
  });

  it('refuses documents without an index', () => {
    expect(() => sidebarOf([A])).toThrow('docs/README.md is missing');
  });

  it('shows a folder of generated pages as a tree', () => {
    const paths = ['api/index.md', 'api/p/index.md', 'api/p/classes/A.md', 'other.md'];
    expect(sidebarOfFolder('API', 'api', paths)).toMatchObject({
      text: 'API',
      link: '/api/',
      items: [
        {
          text: 'p',
          link: '/api/p/',
          items: [{ text: 'classes', items: [{ text: 'A', link: '/api/p/classes/A' }] }],
        },
      ],
    });
  });
});
