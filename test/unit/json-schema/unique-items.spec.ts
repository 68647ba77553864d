import fc from 'fast-check';
import { expect, it } from 'vitest';
import { JsonSchemaValidator } from '../../../lib/json-schema/index.js';

const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(
      null,
      true,
      false,
      0,
      -0,
      1,
      10,
      1.5,
      '',
      '0',
      'a',
      '"',
      '#0',
      '{',
      '1:a',
      'null',
      'null,',
    ),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('', 'a', 'b', '1:a', 'a1,b', '#0', 'toString'), tie('value'), {
      maxKeys: 3,
    }),
  ),
}));

/** The JSON of a value with sorted names, which is the same for equal values only. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, of: unknown) =>
    typeof of === 'object' && of !== null && !Array.isArray(of)
      ? Object.fromEntries(Object.entries(of).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : of,
  );
}

it('uniqueItems refuses a list exactly when two of its items are equal, at each level with uniqueItems', () => {
  const everywhere = JsonSchemaValidator.of({
    uniqueItems: true,
    items: { $ref: '#' },
    additionalProperties: { $ref: '#' },
  });
  const areUnique = (value: unknown): boolean => {
    if (typeof value !== 'object' || value === null) return true;
    const members = Object.values(value);
    const isUnique = !Array.isArray(value) || new Set(value.map(canonical)).size === value.length;
    return isUnique && members.every(areUnique);
  };
  // Short lists are compared item by item, long lists by hashes.
  for (const [maxLength, numRuns] of [
    [6, 2000],
    [60, 1000],
  ] as const) {
    fc.assert(
      fc.property(
        fc.uniqueArray(values.value, { maxLength, selector: canonical }),
        fc.option(fc.nat()),
        (list, twice) => {
          if (twice !== null && list.length > 0) list.push(structuredClone(list[twice % list.length]!));
          expect(everywhere.isValid(list)).toBe(areUnique(list));
        },
      ),
      { numRuns },
    );
  }
});

it('uniqueItems takes time in proportion to the list, also for nested lists that are all checked', () => {
  const everywhere = JsonSchemaValidator.of({ uniqueItems: true, items: { $ref: '#' } });
  const nested = (levels: number): unknown => {
    let list: unknown = [];
    for (let level = 0; level < levels; level++) list = [1, 2, 3, 4, 5, 6, 7, 8, 9, list];
    return list;
  };
  // Without remembered hashes there are 1,000 million values to visit.
  expect(everywhere.isValid(Array.from({ length: 60 }, (_, i) => [i, nested(1900)]))).toBe(true);
});

it('uniqueItems distinguishes lists that are nested as deep as a body may be', () => {
  const isUnique = (list: unknown): boolean => JsonSchemaValidator.of({ uniqueItems: true }).isValid(list);
  const nested = (value: number): unknown => JSON.parse('['.repeat(1999) + value + ']'.repeat(1999));
  const lists = Array.from({ length: 20 }, (_, i) => nested(i));
  expect(isUnique(lists)).toBe(true);
  expect(isUnique([...lists, nested(7)])).toBe(false);
});
