import { describe, expect, it } from 'vitest';
import { anchorOf, anchorsOf, changeLinks, titleOf, withoutComments } from '../../../site/markdown.js';

const CODE = '```ts\n// [a](b)\n<!-- kept -->\n```\n';

describe('a document for the site', () => {
  it('loses its comments, but not those in code', () => {
    expect(withoutComments(`# T\n\n<!-- context:\nx\n-->\n\n${CODE}`)).toBe(`# T\n\n${CODE}`);
  });

  it('keeps what looks like a link in code', () => {
    const text = `[a](b) and \`[a](b)\`, ![image](b)\n\n${CODE}`;
    expect(changeLinks(text, (target) => `${target}!`)).toBe(
      `[a](b!) and \`[a](b)\`, ![image](b!)\n\n${CODE}`,
    );
  });

  it('gets new targets for links whose text is code or has brackets', () => {
    expect(changeLinks('[`a`](b) [a [c]](d)', (target) => `${target}!`)).toBe('[`a`](b!) [a [c]](d!)');
  });

  it('has the title of its first heading', () => {
    expect(titleOf('<!-- x -->\n\n# The `first` [page](a.md)\n\n# Other')).toBe('The first page');
    expect(titleOf('no heading')).toBeUndefined();
  });
});

describe('an anchor', () => {
  it.each([
    ['Exit codes', 'exit-codes'],
    ["What's new? — 2.0", 'whats-new--20'],
    ['x-death_count', 'x-death_count'],
    ['Größe', 'größe'],
  ])('of the heading %s is %s, as on the forge', (heading, anchor) => {
    expect(anchorOf(heading)).toBe(anchor);
  });

  it('gets a number when its heading is repeated, and code has no headings', () => {
    expect([...anchorsOf('# `A` b\n\n```sh\n# no heading\n```\n\n## A b\n')]).toEqual(['a-b', 'a-b-1']);
  });
});
