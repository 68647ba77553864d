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

/** The JSON of a value with its names in order: the same for equal values only. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, of: unknown) =>
    typeof of === 'object' && of !== null && !Array.isArray(of)
      ? Object.fromEntries(Object.entries(of).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : of,
  );
}

it('uniqueItems refuses a list exactly when two of its items are equal, at each level of a schema that asks at all', () => {
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
  fc.assert(
    fc.property(fc.array(values.value, { maxLength: 6 }), (list) => {
      expect(everywhere.isValid(list)).toBe(areUnique(list));
    }),
    { numRuns: 2000 },
  );
});
