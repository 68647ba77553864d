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

/**
 * A body with `levels` levels; the body itself is the first level. `before` and `after` stand beside the nested value.
 */
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

/** Texts beside the nested value that make brackets rare or frequent. */
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

describe('a body may be nested 2,000 levels deep, and no deeper', () => {
  it.each(Object.entries(COMPANY))('beside %s', (_, company) => {
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

  it('and a text of little else than brackets is refused before it is parsed', () => {
    expect(() => decode(`{"it":${'['.repeat(100_000)}`)).toThrow('nested more than 2000 levels');
  });

  it('and a text that is not JSON is refused as not JSON', () => {
    expect(() => decode('{"a":[' + '[1],'.repeat(3000))).toThrow(/not JSON/);
    expect(() => decode(`{"a":"${'x'.repeat(300_000)}",${'"b":[1],'.repeat(3000)}`)).toThrow(/not JSON/);
  });
});
