import { expect, it } from 'vitest';
import { externalRequestsOf } from '../../../site/external-requests.js';

it.each([
  '<link rel="stylesheet" href="https://fonts.example/a">',
  '<script type="module" src="//cdn.example/a"></script>',
  '<img class="x" src="http://images.example/a">',
  '@import "https://styles.example/a";',
  'a { background: url(https://images.example/a) }',
])('%s is a request to another server', (text) => {
  expect(externalRequestsOf(text)).toEqual([expect.stringMatching(/example\/a$/)]);
});

it.each([
  '<a href="https://example.org/">',
  '<link rel="stylesheet" href="/assets/a.css">',
  'url(/assets/a.woff2)',
])('%s is none', (text) => expect(externalRequestsOf(text)).toEqual([]));
