import { describe, expect, it } from 'vitest';
import { describeBodies, type DescribedClass } from '../../../lib/schema-import/types/index.js';

type Schema = DescribedClass['bodySchema'];

const DRAFT_04 = 'http://json-schema.org/draft-04/schema#';
const DRAFT_2019 = 'https://json-schema.org/draft/2019-09/schema';

/** The declarations for the body schemas of classes. */
function declared(schemas: Readonly<Record<string, Schema>>, taken: string[] = []): string {
  const classes = Object.entries(schemas).map(([className, bodySchema]) => ({ className, bodySchema }));
  return describeBodies(classes, taken).declarations.join('\n\n');
}

/** The type of one property `x`, which is required, and the warnings. */
function typeOf(x: unknown, more: Schema = {}): { type: string; warnings: string[] } {
  const bodySchema = { type: 'object', properties: { x }, required: ['x'], ...more };
  const { declarations, warnings } = describeBodies([{ className: 'Sent', bodySchema }], []);
  return {
    type: /\n {2}x: (.*);\n/.exec(declarations[0]!)?.[1] ?? declarations[0]!,
    warnings: warnings.map(({ place, message }) => `${place}: ${message}`),
  };
}

describe('the type of a property', () => {
  it.each<[string, unknown, string]>([
    ['a string', { type: 'string', format: 'date-time', pattern: '^a' }, 'string'],
    ['an integer', { type: 'integer', minimum: 0 }, 'number'],
    ['a boolean', { type: 'boolean' }, 'boolean'],
    ['a list of types with null', { type: ['null', 'string'] }, 'string | null'],
    ['numbers of two kinds', { type: ['integer', 'number'] }, 'number'],
    ['nothing', {}, 'unknown'],
    ['a description only', { description: 'something' }, 'unknown'],
    ['true', true, 'unknown'],
    ['false', false, 'never'],
    ['an array', { type: 'array', items: { type: 'string' } }, 'string[]'],
    ['an array of anything', { type: 'array' }, 'unknown[]'],
    [
      'an array of one of two types',
      { type: 'array', items: { type: ['string', 'null'] } },
      '(string | null)[]',
    ],
    ['items without a type', { items: { type: 'integer' } }, 'number[]'],
    ['a nullable array', { type: ['array', 'null'], items: { type: 'integer' } }, 'number[] | null'],
    ['any object', { type: 'object' }, 'Record<string, unknown>'],
    [
      'an object of strings',
      { type: 'object', additionalProperties: { type: 'string' } },
      'Record<string, string>',
    ],
    [
      'an object with names of a pattern',
      { type: 'object', patternProperties: { '^a': { type: 'integer' } }, additionalProperties: false },
      'Record<string, number>',
    ],
    ['an enumeration', { enum: ['a', 'b', 3, true, null] }, '"a" | "b" | 3 | true | null'],
    ['an enumeration of one of its types', { type: 'string', enum: [null, 'a', 'b'] }, '"a" | "b"'],
    ['an enumeration of lists and objects', { enum: [[1], { a: 1 }] }, 'unknown[] | Record<string, unknown>'],
    ['a constant', { const: 'a' }, '"a"'],
    ['a text with quotes', { enum: ['say "no"', "it's"] }, `'say "no"' | "it's"`],
    ['anyOf', { anyOf: [{ type: 'string' }, { type: 'integer' }] }, 'string | number'],
    ['oneOf with null', { oneOf: [{ type: 'null' }, { type: 'string' }] }, 'string | null'],
    [
      'a type beside anyOf',
      { type: ['string', 'null'], anyOf: [{ type: 'string' }, { type: 'integer' }] },
      'string',
    ],
    [
      'branches that say nothing of types',
      { type: 'string', anyOf: [{ minLength: 1 }, { pattern: '^a' }] },
      'string',
    ],
    ['allOf', { allOf: [{ type: ['string', 'integer'] }, { type: ['string', 'null'] }] }, 'string'],
    ['types that exclude each other', { allOf: [{ type: 'string' }, { type: 'null' }] }, 'never'],
    [
      'a tuple of draft 4',
      { type: 'array', items: [{ type: 'string' }, { type: 'integer' }], additionalItems: false },
      '[string?, number?]',
    ],
    [
      'a tuple of the latest draft',
      {
        type: 'array',
        prefixItems: [{ type: 'string' }, { type: 'integer' }],
        minItems: 1,
        items: { type: 'null' },
      },
      '[string, number?, ...null[]]',
    ],
    ['an open tuple', { items: [{ type: ['string', 'null'] }] }, '[(string | null)?, ...unknown[]]'],
  ])('follows %s', (_, schema, type) => {
    expect(typeOf(schema)).toEqual({ type, warnings: [] });
  });

  it.each<[string, unknown, string, string[]]>([
    [
      'a type of Python',
      { type: 'bool' },
      'unknown',
      ["/properties/x: 'type' is 'bool', which is not a type of JSON Schema; read as any value"],
    ],
    [
      'a schema that is a text',
      'bool',
      'unknown',
      ['/properties/x: "bool" is not a schema; read as any value'],
    ],
    [
      'items that hold properties',
      { type: 'array', items: { name: { type: 'string' }, size: { type: 'integer' } } },
      'unknown[]',
      [
        "/properties/x/items: not a keyword of JSON Schema, but perhaps a name for 'properties': 'name', 'size'; ignored",
      ],
    ],
    [
      'a key with a colon',
      { 'type:': 'string' },
      'unknown',
      ["/properties/x: 'type:' is not a keyword of JSON Schema (did you mean 'type'?); ignored"],
    ],
    ['required that is not a list', { type: 'string', required: true }, 'string', []],
    [
      'a type that is an object',
      { type: { type: 'string' } },
      'unknown',
      [`/properties/x: 'type' is {"type":"string"}, not a name or a list of names; ignored`],
    ],
    [
      'a reference to nothing',
      { $ref: '#/definitions/missing' },
      'unknown',
      ["/properties/x: '#/definitions/missing' does not exist in this schema; read as any value"],
    ],
    [
      'a reference to another document',
      { $ref: 'https://example.org/other.json' },
      'unknown',
      ["/properties/x: 'https://example.org/other.json' does not exist in this schema; read as any value"],
    ],
  ])('survives %s', (_, schema, type, warnings) => {
    expect(typeOf(schema)).toEqual({ type, warnings });
  });

  it('is unknown, with a warning, when the property is required, but not described', () => {
    expect(typeOf(undefined, { properties: { y: {} } })).toEqual({
      type: 'unknown',
      warnings: [": 'x': required, but not described"],
    });
  });

  it('is unknown, with a warning, when the property refers only to itself', () => {
    const definitions = { a: { $ref: '#/definitions/b' }, b: { $ref: '#/definitions/a' } };
    const { type, warnings } = typeOf({ $ref: '#/definitions/a' }, { $schema: DRAFT_04, definitions });
    expect(type).toBe('unknown');
    expect(warnings).toEqual(['#/definitions/a: refers only to itself; read as any value']);
  });

  it('depends on keywords beside a reference since draft 2019-09, and not before', () => {
    const schema = { $ref: '#/definitions/a', type: 'string' };
    const definitions = { a: { type: ['string', 'null'] } };
    expect(typeOf(schema, { $schema: DRAFT_04, definitions }).type).toBe('string | null');
    expect(typeOf(schema, { $schema: DRAFT_2019, definitions }).type).toBe('string');
  });
});

describe('the body of a class', () => {
  it('is an interface with its descriptions as comments, and no index signature', () => {
    const bodySchema = {
      $schema: DRAFT_04,
      description: 'A report',
      type: 'object',
      properties: {
        agent: { type: 'string', description: 'Who reports' },
        'sent-at': { type: 'string', title: 'When' },
        note: { type: 'string', description: `Ends */ here.\n\n${'long '.repeat(30)}` },
      },
      required: ['agent'],
      additionalProperties: true,
    };
    expect(declared({ Report: bodySchema })).toMatchInlineSnapshot(`
      "/** A report */
      export interface ReportBody {
        /** Who reports */
        agent: string;
        /** When */
        "sent-at"?: string;
        /**
         * Ends *\\/ here.
         *
         * long long long long long long long long long long long long long long long long long long long
         * long long long long long long long long long long long
         */
        note?: string;
      }"
    `);
  });

  it('is any object when the schema describes no properties', () => {
    expect(declared({ Report: {} })).toBe('export type ReportBody = Record<string, unknown>;');
    expect(declared({ Report: { type: ['object', 'null'] } })).toBe(
      'export type ReportBody = Record<string, unknown>;',
    );
  });

  it('is a union of objects for oneOf', () => {
    const one = (name: string): Schema => ({ title: name, properties: { [name]: { type: 'string' } } });
    expect(declared({ Report: { type: 'object', oneOf: [one('rain'), one('snow')] } })).toBe(
      [
        'export type ReportBody = Rain | Snow;',
        'export interface Rain {\n  rain?: string;\n}',
        'export interface Snow {\n  snow?: string;\n}',
      ].join('\n\n'),
    );
  });

  it('has the properties of all parts of allOf, and of the object beside anyOf', () => {
    const part = (name: string): Schema => ({ properties: { [name]: { type: 'string' } }, required: [name] });
    expect(
      declared({
        Report: {
          ...part('a'),
          allOf: [part('b'), { properties: { a: { enum: ['x'] } } }],
          anyOf: [{ required: ['a'] }, { required: ['b'] }],
        },
      }),
    ).toBe('export interface ReportBody {\n  a: "x";\n  b: string;\n}');
  });

  it('follows references to definitions, anchors and ids, also of schemas that contain themselves', () => {
    const task = {
      type: ['object', 'null'],
      properties: { children: { type: 'array', items: { $ref: '#task' } } },
    };
    const expected = [
      'export interface ReportBody {\n  job?: TaskInfo | null;\n}',
      'export interface TaskInfo {\n  children?: (TaskInfo | null)[];\n}',
    ].join('\n\n');
    const properties = { job: { $ref: '#/$defs/task_info' } };
    for (const name of [{ $anchor: 'task' }, { $id: '#task' }]) {
      const $defs = { task_info: { ...name, ...task } };
      expect(declared({ Report: { $schema: DRAFT_2019, properties, $defs } })).toBe(expected);
    }
    const definitions = { task_info: { id: '#task', ...task } };
    const draft4 = {
      $schema: DRAFT_04,
      properties: { job: { $ref: '#/definitions/task_info' } },
      definitions,
    };
    expect(declared({ Report: draft4 })).toBe(expected);
  });

  it('may contain itself', () => {
    const id = 'https://example.org/report#';
    const properties = { before: { $ref: '#' }, after: { $ref: 'https://example.org/report#' } };
    expect(declared({ Report: { id, $schema: DRAFT_04, properties } })).toBe(
      'export interface ReportBody {\n  before?: ReportBody;\n  after?: ReportBody;\n}',
    );
  });

  it('gives a list that contains itself a name', () => {
    const tree = { type: 'array', items: { anyOf: [{ type: 'string' }, { $ref: '#/definitions/tree' }] } };
    expect(
      declared({
        Report: {
          $schema: DRAFT_04,
          properties: { tree: { $ref: '#/definitions/tree' } },
          definitions: { tree },
        },
      }),
    ).toBe(
      [
        'export interface ReportBody {\n  tree?: TreeItem;\n}',
        'export type TreeItem = (string | TreeItem)[];',
      ].join('\n\n'),
    );
  });

  it('declares a union apart when the union is too long for its line', () => {
    const sky = {
      type: 'string',
      enum: ['clear', 'cloudy', 'overcast', 'fog', 'drizzle', 'rain', 'snow', 'hail'],
    };
    expect(declared({ Report: { properties: { sky, skies: { type: 'array', items: sky } } } }))
      .toMatchInlineSnapshot(`
      "export interface ReportBody {
        sky?: ReportSky;
        skies?: ReportSky[];
      }

      export type ReportSky =
        | "clear"
        | "cloudy"
        | "overcast"
        | "fog"
        | "drizzle"
        | "rain"
        | "snow"
        | "hail";"
    `);
  });
});

describe('the types of a package', () => {
  const station = (description: string, more = {}): Schema => ({
    type: 'object',
    description,
    properties: { code: { type: 'string' }, ...more },
    required: ['code'],
  });
  const withStation = (schema: Schema): Schema => ({ properties: { station: schema } });

  it('have one interface for equal parts of several schemas', () => {
    const text = declared({
      ReportV1: withStation(station('A station')),
      ReportV2: { properties: { station: station('A station'), others: { items: station('A station') } } },
    });
    expect(text.match(/export \w+ \w+/g)).toEqual([
      'export interface ReportV1Body',
      'export interface ReportV2Body',
      'export interface Station',
    ]);
    expect(text).toContain('  others?: Station[];');
    expect(text).toContain('/** A station */\nexport interface Station {');
  });

  it('do not give a common part the description of one place', () => {
    const text = declared({ A: withStation(station('The first')), B: withStation(station('The second')) });
    expect(text.match(/export interface Station /g)).toHaveLength(1);
    expect(text).not.toMatch(/\/\*\* The \w+ \*\/\nexport/);
  });

  it('keep parts apart when the descriptions of their properties differ', () => {
    const code = (description: string): Schema => ({ properties: { code: { type: 'string', description } } });
    const text = declared({ A: withStation(code('Four letters')), B: withStation(code('A number')) });
    expect(text.match(/export interface \w*Station /g)).toHaveLength(2);
  });

  it('name each body after its class, even when two bodies are equal', () => {
    expect(declared({ A: withStation({ type: 'string' }), B: withStation({ type: 'string' }) })).toBe(
      'export interface ABody {\n  station?: string;\n}\n\nexport type BBody = ABody;',
    );
  });

  it('put the name of the class before the second of two different parts with the same name', () => {
    const text = declared({
      ReportV2: withStation(station('', { height: { type: 'integer' } })),
      ReportV1: withStation(station('')),
      Message: { properties: { record: station(''), error: station('', { text: { type: 'string' } }) } },
    });
    expect(text.match(/export interface \w+/g)).toEqual([
      'export interface MessageBody',
      'export interface ReportV1Body',
      'export interface ReportV2Body',
      // Record and Error mean something already; ReportV1's station is equal to it.
      'export interface MessageRecord',
      'export interface MessageError',
      'export interface Station',
    ]);
  });

  it('keep their names in any order of the classes, and when classes are added at the end', () => {
    const schemas = { A: withStation(station('')), B: withStation(station('', { height: {} })) };
    const names = (text: string): string[] => text.match(/export interface \w+/g)!;
    const reversed = Object.fromEntries(Object.entries(schemas).reverse());
    expect(declared(reversed)).toBe(declared(schemas));
    const more = declared({ ...schemas, C: withStation(station('', { depth: {} })) });
    expect(names(more)).toEqual(expect.arrayContaining(names(declared(schemas))));
  });

  it('never have the name of a class', () => {
    expect(declared({ A: withStation(station('')) }, ['Station'])).toContain('station?: AStation;');
  });

  it('are one for each different part, however often the part is repeated', () => {
    const parts = Array.from({ length: 9 }, (_, index) => [
      `part_${index}`,
      station('', { [`p${index}`]: {} }),
    ]);
    const schemas = Object.fromEntries(
      Array.from({ length: 31 }, (_, index) => [`Sent${index}`, { properties: Object.fromEntries(parts) }]),
    ) as Record<string, Schema>;
    expect(declared(schemas).match(/export interface (?!Sent)/g)).toHaveLength(9);
  });

  it('are read in a short time when definitions refer to each other many times', () => {
    const definitions = Object.fromEntries(
      Array.from({ length: 60 }, (_, index) => {
        const next = { $ref: `#/definitions/d${index + 1}` };
        return [`d${index}`, { type: 'object', properties: { left: next, right: next } }];
      }),
    );
    const schema = { $schema: DRAFT_04, properties: { d0: { $ref: '#/definitions/d0' } }, definitions };
    const { declarations } = describeBodies([{ className: 'A', bodySchema: schema }], []);
    expect(declarations).toHaveLength(61);
  });

  it('quote names that are not identifiers', () => {
    const text = declared({
      A: { properties: { '0-day': station(''), '': station('', { a: {} }), __proto__: {} } },
    });
    expect(text).toContain('"0-day"?: _0Day;');
    expect(text).toContain('""?: AObject;');
  });
});
