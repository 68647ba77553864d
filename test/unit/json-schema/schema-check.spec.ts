import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SchemaError } from '../../../lib/exceptions/index.js';
import { type JsonSchema, JsonSchemaValidator } from '../../../lib/json-schema/index.js';

const VECTORS = ['json-schema.jsonl', 'more/json-schema.jsonl'].flatMap((file) =>
  readFileSync(new URL(`../../vectors/${file}`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { schema: JsonSchema }).schema),
);

function errorOf(act: () => unknown): SchemaError | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(SchemaError);
    return error as SchemaError;
  }
}

const DRAFT_04 = 'http://json-schema.org/draft-04/schema#';

describe('checking a schema', () => {
  it('refuses exactly the schemas that compiling refuses, for the schemas of all vectors', () => {
    const wrong = VECTORS.filter((schema) => errorOf(() => JsonSchemaValidator.of(schema).isValid({})));
    expect(wrong.length).toBeGreaterThan(50);
    // Copies with another title have no cached results.
    const anew = VECTORS.map((schema) =>
      typeof schema['title'] === 'number' ? schema : { ...schema, title: 'anew' },
    );
    const refused = anew.filter((schema) => errorOf(() => JsonSchemaValidator.of(schema).check()));
    expect(refused).toEqual(anew.filter((_, index) => wrong.includes(VECTORS[index]!)));
  });

  it.each<[what: string, schema: JsonSchema, path: string, reason: RegExp]>([
    [
      'a type that is none',
      { properties: { name: { type: 'strng' } } },
      '/properties/name/type',
      /^must be one of \["array",.*\], but is "strng"$/,
    ],
    [
      'a pattern that is none',
      { $schema: DRAFT_04, properties: { 'a/b': { items: { pattern: '(' } } } },
      '/properties/a~1b/items/pattern',
      /^must be a regular expression, but is "\("$/,
    ],
    [
      'a name of patternProperties that is no pattern',
      {
        $schema: DRAFT_04,
        properties: { '(': {} },
        not: { patternProperties: { '[a': { type: 'string' } } },
      },
      '/not/patternProperties/[a',
      /Invalid regular expression/,
    ],
    [
      'a $ref to nowhere',
      { $defs: { name: {} }, properties: { first: { $ref: '#/$defs/name' }, last: { $ref: '#/$defs/nam' } } },
      '/properties/last/$ref',
      /can't resolve reference #\/\$defs\/nam/,
    ],
    [
      'a $ref to nowhere in a schema with an address',
      { $schema: DRAFT_04, id: 'http://example.org/a#', items: { $ref: '#/definitions/none' } },
      '/items/$ref',
      /can't resolve reference/,
    ],
    ['a root that is wrong', { required: 'name' }, '/required', /^must be array, but is "name"$/],
  ])('reports the path in the schema of %s', (_, schema, path, reason) => {
    const error = errorOf(() => JsonSchemaValidator.of(schema).check());
    expect(error).toMatchObject({ path, reason: expect.stringMatching(reason) as string });
    expect(error!.message).toMatch(/^The JSON Schema .*is itself wrong at \//);
    expect(errorOf(() => JsonSchemaValidator.of(schema).isValid({}))!.path).toBe(path);
  });

  it('refuses a wrong definition that the rules of an older draft allow', () => {
    const schema = { $schema: DRAFT_04, $defs: { name: { type: 'strng' } }, items: { $ref: '#/$defs/name' } };
    expect(errorOf(() => JsonSchemaValidator.of(schema).check())!.reason).toContain('strng');
  });
});
