import { describe, expect, it } from 'vitest';
import { fileNameOf, readPage } from './blocks.js';

const page = (...lines: string[]) => readPage('page.md', lines.join('\n'));

describe('the blocks of a document', () => {
  it('have their line, their language, their marks and their text', () => {
    const { blocks } = page(
      '# Title',
      '',
      '```ts run file=a.ts',
      'first();',
      '',
      'second();',
      '```',
      '',
      '```',
      'x',
      '```',
    );
    expect(blocks).toMatchObject([
      {
        page: 'page.md',
        line: 3,
        language: 'ts',
        marks: ['run', 'file=a.ts'],
        text: 'first();\n\nsecond();\n',
      },
      { line: 9, language: '', marks: [], text: 'x\n' },
    ]);
    expect(blocks.map(fileNameOf)).toEqual(['a.ts', undefined]);
  });

  it('in a list lose the indentation of their fence, and no more', () => {
    const { blocks } = page('- item', '', '  ```ts', '  if (x) {', '    y();', '  }', '  ```');
    expect(blocks).toMatchObject([{ line: 3, text: 'if (x) {\n  y();\n}\n' }]);
  });

  it('may show a fence between longer fences', () => {
    const { blocks } = page('````markdown', '```ts', 'inner();', '```', '````', '```ts', 'outer();', '```');
    expect(blocks.map(({ language, line }) => [language, line])).toEqual([
      ['markdown', 1],
      ['ts', 6],
    ]);
  });

  it('must end', () => {
    expect(() => page('', '```ts', 'first();')).toThrow('page.md:2: it has no end');
  });
});

describe('the context of a block', () => {
  it('comes before the block, and its lines are those of the document', () => {
    const { blocks } = page(
      '<!-- context:',
      'declare const a: number;',
      '-->',
      '',
      '```ts',
      'use(a);',
      '```',
    );
    expect(blocks[0]!.program).toEqual([
      { text: 'declare const a: number;', line: 2 },
      { text: 'use(a);', line: 6 },
    ]);
    expect(blocks[0]!.text).toBe('use(a);\n');
  });

  it('encloses the block that takes the place of its line …', () => {
    const { blocks } = page('<!-- context:', 'class A {', '  …', '}', '-->', '```ts', 'b = 1;', '```');
    expect(blocks[0]!.program).toEqual([
      { text: 'class A {', line: 2 },
      { text: 'b = 1;', line: 7 },
      { text: '}', line: 4 },
    ]);
  });

  it('belongs to one block, unless its name gives it to another', () => {
    const { blocks } = page(
      '<!-- context one:',
      '1;',
      '-->',
      '```ts',
      'first();',
      '```',
      '```ts',
      'second();',
      '```',
      '<!-- context one -->',
      '```ts',
      'third();',
      '```',
    );
    expect(blocks.map(({ program }) => program.map(({ text }) => text))).toEqual([
      ['1;', 'first();'],
      ['second();'],
      ['1;', 'third();'],
    ]);
  });

  it('is the sum of several comments', () => {
    const { blocks } = page(
      '<!-- context one:',
      '1;',
      '-->',
      '',
      '<!-- context:',
      '{',
      '…',
      '}',
      '-->',
      '```ts',
      'a();',
      '```',
    );
    expect(blocks[0]!.program.map(({ text }) => text)).toEqual(['1;', '{', 'a();', '}']);
  });

  it.each([
    { what: 'without an end', lines: ['<!-- context:', '```ts', '```'], error: 'page.md:1: it has no end' },
    {
      what: 'with an unknown name',
      lines: ['<!-- context no -->'],
      error: "page.md:1: no context above has the name 'no'",
    },
    {
      what: 'with text before its block',
      lines: ['<!-- context:', '1;', '-->', 'text'],
      error: 'page.md:4: a block must follow its context',
    },
    {
      what: 'at the end of the document',
      lines: ['<!-- context:', '1;', '-->'],
      error: 'a block must follow its context',
    },
  ])('$what is refused with its line', ({ lines, error }) => {
    expect(() => page(...lines)).toThrow(error);
  });
});

it('a comment of a document can be a file', () => {
  expect(page('<!-- file a/b.jsonl:', '{}', '-->').files).toEqual([{ name: 'a/b.jsonl', text: '{}\n' }]);
});

it('another comment is text', () => {
  expect(page('<!-- contextual: -->', '<!-- a context: -->').blocks).toEqual([]);
});
