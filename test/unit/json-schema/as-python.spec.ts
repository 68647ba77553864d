import { describe, expect, it } from 'vitest';
import { type JsonSchema, JsonSchemaValidator } from '../../../lib/json-schema/index.js';

const parse = (text: string): never => JSON.parse(text) as never;

/** The key is the JSON text of a schema and an instance, because a name may be `__proto__`. */
const CASES: [schema: string, instance: string, isValid: boolean][] = [
  ['{"properties":{"a":{"uniqueItems":true}}}', '{"a":[{"toString":1},{"toString":2}]}', true],
  ['{"uniqueItems":true}', '[{"valueOf":1},{"valueOf":1}]', false],
  ['{"uniqueItems":true}', '[{"a":1,"b":[2,{}]},{"b":[2,{}],"a":1}]', false],
  ['{"uniqueItems":true}', '[1,true,"1",[1],{"1":1},null,"null",[true],[null],["#0"],{},[]]', true],
  ['{"uniqueItems":true}', '[[0],[-0.0]]', false],
  ['{"uniqueItems":true}', '[{"__proto__":1},{"__proto__":2},{}]', true],
  ['{"uniqueItems":true}', '["a,b",["a","b"],["a,b"]]', true],
  ['{"uniqueItems":true}', '[{"a":1,"b":1},{"a1,b":1},{"1:a":1}]', true],
  ['{"uniqueItems":true}', String.raw`[["a","b"],["a\"b"]]`, true],
  ['{"enum":[{"constructor":{"x":1}}]}', '{"constructor":{"x":1}}', true],
  ['{"enum":[{"constructor":{"x":1}}]}', '{"constructor":{"x":2}}', false],
  ['{"const":{"toString":1}}', '{"toString":1}', true],
  ['{"const":{"a":1}}', '{"valueOf":1}', false],
  ['{"const":{"toString":null}}', '{}', false],
  ['{"const":[1,[2]]}', '[1,[2]]', true],
  ['{"enum":[[1]]}', '[true]', false],
  ['{"dependentRequired":{"id":["x"]}}', '{"id":1}', false],
  ['{"dependentRequired":{"nullable":["x"]}}', '{"nullable":1}', false],
  ['{"dependentRequired":{"dependencies":["x"],"$async":["y"]}}', '{"$async":1}', false],
  ['{"dependentRequired":{"dependencies":["x"]}}', '{"dependencies":1}', false],
  ['{"anyOf":[{"prefixItems":[true],"contains":{"type":"string"}}]}', '[]', false],
  ['{"oneOf":[{"prefixItems":[{}],"contains":{"type":"string"}}]}', '[]', false],
  ['{"allOf":[{"prefixItems":[{"type":"string"}],"contains":{"type":"string"}}]}', '[]', false],
  ['{"not":{"prefixItems":[{"type":"string"}],"contains":{"type":"string"}}}', '[]', true],
  ['{"contains":{"type":"string"},"minContains":2,"maxContains":3}', '["a",1,"b"]', true],
  ['{"contains":{"type":"string"},"minContains":2,"maxContains":3}', '["a","b","c","d"]', false],
  ['{"contains":{"type":"string"},"minContains":0}', '[]', true],
  ['{"contains":{"type":"string"},"minContains":3,"maxContains":2}', '["a","b"]', false],
  ['{"contains":true}', '[]', false],
  ['{"contains":false}', '[1]', false],
  ['{"required":[""]}', '{}', false],
  ['{"required":[""]}', '{"":1}', true],
  ['{"required":["a",""]}', '{"a":1}', false],
  ['{"dependentRequired":{"a":[""]}}', '{"a":1}', false],
  ['{"dependentRequired":{"":[""],"a":["b",""]}}', '{"a":1,"b":1,"":0}', true],
  ['{"$schema":"http://json-schema.org/draft-07/schema#","dependencies":{"a":[""]}}', '{"a":1}', false],
  ['{"$schema":"http://json-schema.org/draft-04/schema#","dependencies":{"a":[""]}}', '{"a":1}', false],
  ['{"properties":{"a":{"$ref":"#/x/nullable"}},"x":{"nullable":{"type":"string"}}}', '{"a":1}', false],
  [
    '{"$defs":{"x":{"anyOf":[{"type":"null"},{"$ref":"#/$defs/x"}]}},"properties":{"a":{"$ref":"#/$defs/x"}}}',
    '{"a":null}',
    true,
  ],
  ['{"properties":{"a":{"anyOf":[{"type":"null"},{"$ref":"#/properties/a"}]}}}', '{"a":null}', true],
  [
    '{"$schema":"https://json-schema.org/draft/2019-09/schema","properties":{"a":{"$recursiveRef":"#"}},"required":["n"]}',
    '{"n":1,"a":{}}',
    false,
  ],
  [
    '{"$dynamicAnchor":"node","properties":{"a":{"$dynamicRef":"#node"}},"required":["n"]}',
    '{"n":1,"a":{"n":2}}',
    true,
  ],
  [
    '{"$dynamicAnchor":"node","properties":{"a":{"$dynamicRef":"#node"}},"required":["n"]}',
    '{"n":1,"a":{}}',
    false,
  ],
];

describe('JSON Schema validation accepts an instance exactly when Python does', () => {
  it.each(CASES)('%s with %s: %s', (schema, instance, isValid) => {
    const validator = JsonSchemaValidator.of(parse(schema) as JsonSchema);
    expect(validator.isValid(parse(instance))).toBe(isValid);
    expect(validator.failures(parse(instance), '', true, true).length === 0).toBe(isValid);
  });

  it('the error of uniqueItems names the equal items', () => {
    const [failure] = JsonSchemaValidator.of({ uniqueItems: true }).failures(
      [{ a: 1 }, 2, { a: 1 }],
      '',
      true,
    );
    expect(failure!.message).toContain('items ## 0 and 2 are identical');
  });
});

/** Checking takes milliseconds; without a bound it would take hours. */
const BOUNDED_MS = 60_000;

/** Measures checking, in milliseconds. The schema is compiled before. */
function timed(schema: JsonSchema, instance: unknown): { ms: number; count: number; isValid: boolean } {
  const validator = JsonSchemaValidator.of(schema);
  validator.failures({}, '', true);
  const start = performance.now();
  const { length: count } = validator.failures(instance, '', true, true);
  return { ms: performance.now() - start, count, isValid: count === 0 };
}

function nested(depth: number, make: (inner: unknown) => unknown, leaf: unknown): unknown {
  let value = leaf;
  for (let level = 0; level < depth; level++) value = make(value);
  return value;
}

describe('checking an instance never takes exponential time', () => {
  const branches = (ref: object): JsonSchema => ({
    anyOf: [1, 2, 3].map((n) => ({ properties: { a: ref, b: { const: n } } })),
  });
  const tree = (depth: number): unknown => nested(depth, (a) => ({ a, b: 0 }), {});
  const SCHEMAS: [string, JsonSchema][] = [
    ['$ref to the root', branches({ $ref: '#' })],
    ['$ref to a definition', { $ref: '#/$defs/n', $defs: { n: branches({ $ref: '#/$defs/n' }) } }],
    [
      '$recursiveRef',
      { $schema: 'https://json-schema.org/draft/2019-09/schema', ...branches({ $recursiveRef: '#' }) },
    ],
    ['$dynamicRef', { $dynamicAnchor: 'n', ...branches({ $dynamicRef: '#n' }) }],
    [
      'draft-04',
      {
        $schema: 'http://json-schema.org/draft-04/schema#',
        anyOf: [1, 2, 3].map((n) => ({ properties: { a: { $ref: '#' }, b: { enum: [n] } } })),
      },
    ],
    [
      'two schemas that refer to each other',
      {
        $ref: '#/$defs/x',
        $defs: { x: branches({ $ref: '#/$defs/y' }), y: branches({ $ref: '#/$defs/x' }) },
      },
    ],
    [
      'allOf and not',
      {
        not: {
          allOf: [
            { properties: { a: { $ref: '#' } } },
            { not: { properties: { a: { $ref: '#' }, b: { type: 'string' } } } },
          ],
        },
      },
    ],
    [
      'unevaluatedProperties',
      {
        anyOf: [1, 2].map((n) => ({ properties: { a: { $ref: '#' }, b: { const: n } } })),
        unevaluatedProperties: false,
      },
    ],
    [
      'oneOf',
      {
        oneOf: [1, 2, 3].map((n) => ({ properties: { a: { $ref: '#' }, b: { const: n } }, required: ['b'] })),
      },
    ],
  ];

  it.each(SCHEMAS)('%s: checks 300 levels with several branches each at once', (_, schema) => {
    const { ms, count } = timed(schema, tree(300));
    expect(count).toBeLessThanOrEqual(100);
    expect(ms).toBeLessThan(BOUNDED_MS);
  });

  it('gives the same verdict as without a memory of results', () => {
    const schema: JsonSchema = {
      anyOf: [1, 2].map((n) => ({ properties: { a: { $ref: '#' }, b: { const: n } } })),
    };
    expect(
      timed(
        schema,
        nested(400, (a) => ({ a, b: 2 }), { b: 1 }),
      ).isValid,
    ).toBe(true);
    expect(
      timed(
        schema,
        nested(400, (a) => ({ a, b: 2 }), { b: 3 }),
      ).isValid,
    ).toBe(false);
  });

  it('fails a schema that refers to itself without end, for scalars and objects, at any depth', () => {
    expect(
      timed(
        { $defs: { x: { allOf: [{ $ref: '#/$defs/x' }] } }, properties: { a: { $ref: '#/$defs/x' } } },
        { a: 1 },
      ).count,
    ).toBeGreaterThan(0);
    const either = {
      $defs: { x: { anyOf: [{ $ref: '#/$defs/x' }, { type: 'null' }] } },
      properties: { a: { $ref: '#/$defs/x' } },
    };
    expect(timed(either, { a: null }).isValid).toBe(true);
    expect(timed(either, { a: {} }).isValid).toBe(false);
  });
});

describe('JSON Schema validation bounds the number of failures and its time', () => {
  it('reports at most 100 failures of a recursive anyOf in 162 bytes', () => {
    const list = { type: 'array', items: { $ref: '#' } };
    const schema: JsonSchema = { anyOf: [{ type: 'string' }, list, { ...list, minItems: 2 }] };
    const instance = nested(80, (inner) => [inner], 1);
    const { ms, count } = timed(schema, instance);
    expect(count).toBeGreaterThan(0);
    expect(count).toBeLessThanOrEqual(100);
    expect(ms).toBeLessThan(BOUNDED_MS);
  });

  it.each<[string, JsonSchema, unknown]>([
    ['items', { items: { type: 'string' } }, Array(1_000_000).fill(1)],
    ['contains', { contains: { type: 'string' } }, Array(1_000_000).fill(1)],
    [
      'contains by reference',
      {
        contains: { $ref: '#/$defs/s' },
        $defs: { s: { anyOf: [{ $ref: '#/$defs/t' }] }, t: { type: 'string' } },
      },
      Array(300_000).fill(1),
    ],
    [
      'names of properties',
      { additionalProperties: false },
      Object.fromEntries(Array.from({ length: 200_000 }, (_, i) => [`k${i}`, 1])),
    ],
    [
      'uniqueItems of objects',
      { uniqueItems: true },
      Array.from({ length: 100_000 }, (_, i) => ({ [`k${i}`]: [i, { i }] })),
    ],
    [
      'uniqueItems at every level',
      { uniqueItems: true, items: { $ref: '#' } },
      nested(
        1_500,
        (inner) => [0, inner],
        Array.from({ length: 5_000 }, (_, i) => [i]),
      ),
    ],
  ])('%s: reports at most 100 failures of a large instance', (_, schema, instance) => {
    const { ms, count } = timed(schema, instance);
    expect(count).toBeLessThanOrEqual(100);
    expect(ms).toBeLessThan(BOUNDED_MS);
  });

  it('reports all failures of a small instance up to 100, each with its path', () => {
    const validator = JsonSchemaValidator.of({ items: { type: 'string' } });
    expect(validator.failures(Array(40).fill(1), '/body', true).map(({ path }) => path)).toEqual(
      Array.from({ length: 40 }, (_, index) => `/body/${index}`),
    );
    expect(validator.failures(Array(400).fill(1), '', true)).toHaveLength(100);
  });
});
