import { IsEmail, IsInt, IsOptional, Min, ValidateNested } from 'class-validator';
import { Type } from 'class-transformer';
import { describe, expect, it } from 'vitest';
import { type JsonSchema, Message, MessageSchema } from '../../../lib/index.js';
import { JsonSchemaValidator } from '../../../lib/json-schema/index.js';
import { exampleOf } from '../../../lib/page/reference/example-of-class.js';
import { exampleOfSchema } from '../../../lib/page/reference/example-of-schema.js';

describe('the example of a JSON Schema', () => {
  it.each<[string, JsonSchema, unknown]>([
    ['is its own first example', { type: 'string', examples: ['FEDORA-2026-1', 'x'] }, 'FEDORA-2026-1'],
    ['is its constant', { const: 7 }, 7],
    ['is its default', { type: 'integer', default: 12 }, 12],
    ['is the first of its values', { enum: ['stable', 'testing'] }, 'stable'],
    [
      'names each text by its property',
      { type: 'object', properties: { agent: { type: 'string' } } },
      { agent: 'agent' },
    ],
    ['has properties that are only required', { required: ['alias'] }, { alias: 'alias' }],
    ['has required properties of its parts', { allOf: [{ required: ['alias'] }] }, { alias: 'alias' }],
    [
      'has an item in each array',
      { type: 'object', properties: { builds: { type: 'array', items: { type: 'integer' } } } },
      { builds: [1] },
    ],
    [
      'has the items of a tuple',
      { type: 'array', prefixItems: [{ type: 'integer' }, { type: 'boolean' }] },
      [1, true],
    ],
    ['is not null where null is only allowed', { type: ['null', 'boolean'] }, true],
    ['follows a format', { type: 'string', format: 'date' }, '2026-01-31'],
    ['is as long as the schema asks', { type: 'string', minLength: 6, maxLength: 6 }, 'text..'],
    ['is in the range of a number', { type: 'integer', minimum: 10, multipleOf: 4 }, 12],
    ['is below an exclusive maximum', { type: 'integer', exclusiveMaximum: 0 }, -1],
    [
      'follows references, combines schemas, and takes the first alternative',
      {
        definitions: {
          Name: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } },
        },
        allOf: [{ $ref: '#/definitions/Name' }],
        anyOf: [
          { properties: { size: { type: 'integer' } } },
          { properties: { colour: { type: 'string' } } },
        ],
      },
      { size: 1, name: 'name' },
    ],
  ])('%s', (_, schema, example) => {
    expect(exampleOfSchema(schema)).toEqual(example);
    expect(JsonSchemaValidator.of(schema).isValid(example)).toBe(true);
  });

  it('ends where a schema refers to itself', () => {
    const node = {
      type: 'object',
      properties: { name: { type: 'string' }, parent: { $ref: '#' } },
      required: ['name'],
    };
    expect(JSON.stringify(exampleOfSchema(node)).match(/parent/g)!.length).toBeLessThan(10);
    expect(exampleOfSchema({ $ref: '#' })).toBe('text');
    expect(() =>
      exampleOfSchema({ required: ['parent'], properties: { parent: { $ref: '#' } } }),
    ).not.toThrow();
  });
});

it('a tree of required branches has no example instead of a billion values', () => {
  const branch = { $ref: '#/definitions/Branch' };
  const definitions = {
    Branch: {
      oneOf: [
        { required: ['left', 'right'], properties: { left: branch, right: branch } },
        { type: 'number' },
      ],
    },
  };
  expect(() => exampleOfSchema({ definitions, ...branch })).toThrow(RangeError);
  expect(() => exampleOfSchema({ allOf: [{ $ref: '#' }, { $ref: '#' }] })).toThrow(RangeError);

  @MessageSchema('tree.grown', { bodySchema: { definitions, ...branch } })
  class TreeGrown extends Message {}
  expect(exampleOf(TreeGrown)).toBeUndefined();
});

class Build {
  @IsInt()
  @Min(1)
  id!: number;
}

class Body {
  @IsEmail()
  from!: string;

  @IsOptional()
  @ValidateNested()
  @Type(() => Build)
  build?: Build;
}

@MessageSchema('example.of.class', { topic: 'example.of.class', body: Body })
class WithBodyClass extends Message<Body> {}

@MessageSchema('example.without', {
  bodySchema: {
    type: 'object',
    required: ['alias'],
    properties: { alias: { type: 'string', pattern: '^FEDORA-' } },
  },
})
class WithPattern extends Message {}

describe('the example of a message class', () => {
  it('is a valid message with the topic of the class', () => {
    const example = exampleOf(WithBodyClass)!;
    expect(example.toJSON()).toMatchObject({
      topic: 'example.of.class',
      body: { from: 'someone@example.org', build: { id: 1 } },
    });
  });

  it('is undefined when no valid message can be made from the schema', () => {
    expect(exampleOf(WithPattern)).toBeUndefined();
  });
});
