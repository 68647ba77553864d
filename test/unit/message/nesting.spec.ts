import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MessageCodec, MessageRegistry } from '../../../lib/index.js';

const DEEPEST = 2000;
const codec = new MessageCodec(MessageRegistry.of());

function decode(body: string): unknown {
  return codec.decode(
    {
      fields: { routingKey: 'a.b' },
      content: Buffer.from(body),
      properties: {
        contentEncoding: 'utf-8',
        headers: { fedora_messaging_schema: 'base.message', fedora_messaging_severity: 20 },
      },
    },
    'a-queue',
  ).body;
}

/** A body with so many levels, the body itself being the first; what is beside the deepest is as the text says. */
function nested(levels: number, opened: string, closed: string, before = '', after = ''): string {
  const inner = levels - 1;
  return `{"before":[${before}],"it":${opened.repeat(inner)}1${closed.repeat(inner)},"after":[${after}]}`;
}

const WAYS = [
  { opened: '[', closed: ']' },
  { opened: '{"a":', closed: '}' },
  { opened: '["]",', closed: ',"["]' },
  { opened: '{"\\"}":2,"__proto__":', closed: ',"{":"\\\\"}' },
];

/** What makes brackets few among the characters, or many. */
const COMPANY = {
  'nothing else': '',
  'a long text': JSON.stringify('x'.repeat(600_000)),
  'a long text full of brackets': JSON.stringify(']}["{\\'.repeat(50_000)),
  'many flat objects': Array.from(
    { length: 4000 },
    (_, i) => `{"n":${i},"text":"${'y'.repeat(100)}"}`,
  ).join(),
  'many short arrays': '[1],'.repeat(5000) + '[]',
};

describe('a body may be nested 2,000 levels deep, whatever is beside it', () => {
  it.each(Object.entries(COMPANY))('%s', (_, company) => {
    fc.assert(
      fc.property(
        fc.constantFrom(...WAYS),
        fc.boolean(),
        fc.oneof(fc.integer({ min: 2, max: 9000 }), fc.constantFrom(DEEPEST, DEEPEST + 1)),
        ({ opened, closed }, isBefore, levels) => {
          const text = nested(levels, opened, closed, isBefore ? company : '', isBefore ? '' : company);
          if (levels > DEEPEST) {
            expect(() => decode(text)).toThrow('nested more than 2000 levels');
          } else {
            expect(JSON.stringify(decode(text))).toBe(JSON.stringify(JSON.parse(text)));
          }
        },
      ),
      {
        numRuns: 12,
        examples: WAYS.flatMap((way): [typeof way, boolean, number][] => [
          [way, true, DEEPEST],
          [way, false, DEEPEST + 1],
        ]),
      },
    );
  });

  it('a text with little else is refused before it is parsed, which would cost more than any other text', () => {
    expect(() => decode(`{"it":${'['.repeat(100_000)}`)).toThrow('nested more than 2000 levels');
  });

  it('a text that is no JSON is said to be none', () => {
    expect(() => decode('{"a":[' + '[1],'.repeat(3000))).toThrow(/not JSON/);
    expect(() => decode(`{"a":"${'x'.repeat(300_000)}",${'"b":[1],'.repeat(3000)}`)).toThrow(/not JSON/);
  });
});
