import { expect, it } from 'vitest';
import { llmsFullText, llmsText } from '../../../site/llms.js';

const PAGES = [
  { path: 'index.md', text: '# Index\n' },
  { path: 'guides/a.md', text: '# A\n\nSay `a` in\none line: like this.\n\nMore.\n' },
  { path: 'guides/b.md', text: '# B\n\n```ts\nb();\n```\n\n| a |\n| - |\n\nIt calls `b`.\n' },
  { path: 'guides/c.md', text: '# C\n\n```ts\nc();\n```\n' },
];
const SIDEBAR = [
  {
    text: 'Guides',
    items: [
      { text: 'A', link: '/guides/a' },
      { text: 'B', link: '/guides/b' },
      { text: 'C', link: '/guides/c' },
    ],
  },
];

it('llms.txt names the package, and the Markdown of each page with its first sentence', () => {
  expect(llmsText('package', 'What it does.', '/base/', SIDEBAR, PAGES)).toBe(
    '# package\n\n> What it does.\n\n## Guides\n\n- [A](/base/guides/a.md): Say a in one line.\n- [B](/base/guides/b.md): It calls b.\n- [C](/base/guides/c.md)\n',
  );
});

it('llms-full.txt has all pages', () => {
  expect(llmsFullText(PAGES.slice(0, 2))).toBe(
    '# Index\n\n---\n\n# A\n\nSay `a` in\none line: like this.\n\nMore.\n',
  );
});
