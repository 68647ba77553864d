import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseInParts } from '../../../lib/message/wire/json/json-parts.js';

/** Parses a text in parts. The value is in a list, so that it differs from undefined and from an error. */
function inParts(text: string, partLength: number): unknown {
  const steps = parseInParts(text, partLength);
  try {
    for (;;) {
      const { done, value } = steps.next();
      if (done) return [value];
    }
  } catch (error) {
    return (error as Error).name;
  }
}

function atOnce(text: string): unknown {
  try {
    return [JSON.parse(text)];
  } catch (error) {
    return (error as Error).name;
  }
}

/** Expects equal values with the same properties in the same order, also for a property called `__proto__`. */
function expectSame(text: string, partLength: number): void {
  const expected = atOnce(text);
  const actual = inParts(text, partLength);
  // Vitest's own comparison fails for properties called `constructor`.
  expect(isDeepStrictEqual(actual, expected)).toBe(true);
  expect(JSON.stringify(actual)).toBe(JSON.stringify(expected));
}

const partLength = fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 200 }));

const name = fc.oneof(
  fc.constantFrom(
    '"a"',
    '"b"',
    '"__proto__"',
    '"\\u005f_proto__"',
    '"constructor"',
    '"1"',
    '"0"',
    '""',
    '"]\\"{"',
  ),
  fc.string().map((text) => JSON.stringify(text)),
);
const blank = fc.constantFrom('', '', '', ' ', '\n\t\r ');
const scalar = fc.oneof(
  fc.constantFrom(
    '-0',
    '1e400',
    '9007199254740993',
    '1.0',
    '"\\ud800"',
    '"[\\"{,"',
    '"\\\\"',
    'null',
    'true',
  ),
  fc.json({ maxDepth: 0 }),
);

/** JSON text with repeated names, and with blanks anywhere. */
const jsonText: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    scalar,
    fc
      .array(fc.tuple(blank, tie('value'), blank))
      .map((items) => `[${items.map((item) => item.join('')).join()}]`),
    fc
      .array(fc.tuple(blank, name, blank, fc.constant(':'), blank, tie('value'), blank))
      .map((members) => `{${members.map((member) => member.join('')).join()}}`),
    blank.map((text) => `[${text}]`),
    blank.map((text) => `{${text}}`),
  ),
})).value;

const character = fc.constantFrom(...'[]{},:"\\ \n01-.enl', '\ufeff', '\u00a0', '[[', ']]', ',,');

describe('JSON text that is parsed in parts', () => {
  it('has the same value as from JSON.parse, wherever it is cut', () => {
    fc.assert(fc.property(jsonText, partLength, expectSame), { numRuns: 2000 });
  });

  it('is refused exactly when JSON.parse refuses it', () => {
    fc.assert(
      fc.property(
        jsonText,
        fc.nat(),
        fc.nat({ max: 3 }),
        character,
        partLength,
        (text, at, length, by, parts) => {
          const from = at % (text.length + 1);
          expectSame(text.slice(0, from) + by + text.slice(from + length), parts);
        },
      ),
      { numRuns: 3000 },
    );
    fc.assert(
      fc.property(fc.array(character), partLength, (characters, parts) =>
        expectSame(characters.join(''), parts),
      ),
      { numRuns: 3000 },
    );
  });

  it.each([
    '',
    ' ',
    '[,1]',
    '[1,]',
    '[1,,2]',
    '{,}',
    '{"a":1,}',
    '[1]]',
    '[[1]',
    '1,2',
    '[1],',
    '[1] [2]',
    '{"a":[1] [2]}',
    '{"a":-[1]}',
    '{"a":n[1]}',
    '{"a":1 "b":[1]}',
    '{[1]}',
    '[{"a":1]}',
    '["a":[1]]',
    '[[] 5,1]',
    '[[1]5]',
    '{"a" [1]}',
    '{"a":"b":[1]}',
    '[1[2]]',
    '"unterminated',
    '["unterminated]',
    '\ufeff[]',
  ])('is refused as by JSON.parse: %s', (text) => {
    expect(atOnce(text)).toBe('SyntaxError');
    for (let length = 1; length <= text.length + 1; length++)
      expect(inParts(text, length)).toBe('SyntaxError');
  });

  it('may be nested 2,000 levels deep', () => {
    const nested = (levels: number): string => '[{"a":'.repeat(levels / 2) + '1' + '}]'.repeat(levels / 2);
    for (const length of [1, 10, 100_000]) {
      expectSame(nested(2000), length);
      expect(inParts(nested(2002), length)).toBe('RangeError');
    }
  });

  it('is parsed in steps of about the given length', () => {
    const steps = parseInParts(
      JSON.stringify({ a: { b: Array.from({ length: 1000 }, (_, id) => ({ id })) } }),
      500,
    );
    let count = 0;
    while (!steps.next().done) count++;
    expect(count).toBeGreaterThan(20);
    expect(count).toBeLessThan(30);
  });
});
