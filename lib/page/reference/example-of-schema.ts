import type { JsonSchema } from '../../json-schema/index.js';

/** Below this depth, objects have their required properties only: recursive schemas have no end. */
const MAX_DEPTH = 5;
/** Below this depth, there is nothing. */
const MAX_REQUIRED_DEPTH = 30;
/** The most items or characters that an example has because its schema asks for them. */
const MAX_LENGTH = 1_000;
/** The most parts of schemas that are read for an example: a tree of required branches has 2^30. */
const MAX_PARTS = 5_000;

/** A value for each format of texts. */
const FORMATS: Readonly<Record<string, string>> = {
  'date-time': '2026-01-31T12:00:00Z',
  date: '2026-01-31',
  time: '12:00:00Z',
  email: 'someone@example.org',
  hostname: 'example.org',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  uri: 'https://example.org/',
  uuid: '00000000-0000-4000-8000-000000000000',
};

/**
 * Makes a value that probably conforms to a JSON Schema: the schema's own example or default if it has one, otherwise a
 * value of its type. A text is the name of its property. The value may break a rule such as `pattern`: validate it.
 *
 * @throws RangeError if the example would be too large
 */
export function exampleOfSchema(schema: JsonSchema): unknown {
  return exampleOf(schema, { root: schema, read: { parts: 0 }, name: 'text', depth: 0 });
}

/** Where a value belongs. */
interface Place {
  /** The whole schema, in which references lead to other parts. */
  readonly root: JsonSchema;
  /** What has been read for the whole example. */
  readonly read: { parts: number };
  /** The name of the property. */
  readonly name: string;
  readonly depth: number;
}

function exampleOf(schema: unknown, place: Place): unknown {
  // A schema that is `true` allows everything.
  if (!isObject(schema)) return place.name;
  const whole = combined(schema, place);
  const [chosen] = [...listAt(whole, 'examples'), ...valueAt(whole, 'const'), ...valueAt(whole, 'default')];
  if (chosen !== undefined) return chosen;
  const [first] = listAt(whole, 'enum');
  if (first !== undefined) return first;
  switch (typeOf(whole)) {
    case 'object':
      return objectOf(whole, place);
    case 'array':
      return arrayOf(whole, place);
    case 'integer':
    case 'number':
      return numberOf(whole);
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return textOf(whole, place.name);
  }
}

/** The schema with the parts that it refers to, that it combines, and the first of its alternatives. */
function combined(schema: JsonSchema, { root, read, depth }: Place): JsonSchema {
  if (++read.parts > MAX_PARTS) throw new RangeError(`The example would need more than ${MAX_PARTS} parts`);
  if (depth > MAX_REQUIRED_DEPTH) return {};
  const { $ref, allOf, anyOf, oneOf, ...own } = schema;
  const parts = [
    ...(typeof $ref === 'string' ? [partAt(root, $ref)] : []),
    ...(Array.isArray(allOf) ? (allOf as unknown[]) : []),
    ...[anyOf, oneOf].flatMap((alternatives) =>
      Array.isArray(alternatives) ? [alternatives[0] as unknown] : [],
    ),
  ];
  const place = { root, read, name: '', depth: depth + 1 };
  return parts
    .filter(isObject)
    .map((part) => combined(part, place))
    .reduce<JsonSchema>(
      (before, part) => ({
        ...part,
        ...before,
        properties: { ...(part['properties'] as object), ...(before['properties'] as object) },
        required: [...listAt(part, 'required'), ...listAt(before, 'required')],
      }),
      own,
    );
}

/** The part of the schema at a reference within it, such as `#/definitions/Build`. */
function partAt(root: JsonSchema, reference: string): unknown {
  const keys = reference.replace(/^#\/?/, '').split('/').filter(Boolean);
  return keys
    .map((key) => decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>(
      (part, key) => (isObject(part) && Object.hasOwn(part, key) ? part[key] : undefined),
      root,
    );
}

function objectOf(schema: JsonSchema, { root, read, depth }: Place): Record<string, unknown> {
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  const required = listAt(schema, 'required').map(String);
  const names = depth < MAX_DEPTH ? [...Object.keys(properties), ...required] : required;
  return Object.fromEntries(
    [...new Set(names)]
      .filter((name) => properties[name] !== false)
      .map((name) => [name, exampleOf(properties[name], { root, read, name, depth: depth + 1 })]),
  );
}

function arrayOf(schema: JsonSchema, { root, read, name, depth }: Place): unknown[] {
  const { items, prefixItems, minItems, maxItems } = schema;
  const first = Array.isArray(prefixItems) ? prefixItems : Array.isArray(items) ? items : [];
  const least = depth < MAX_DEPTH ? 1 : 0;
  const length = Math.min(
    Math.max(countOf(minItems) ?? 0, first.length, least),
    countOf(maxItems) ?? MAX_LENGTH,
    MAX_LENGTH,
  );
  return Array.from({ length }, (_, index) =>
    exampleOf(first[index] ?? (Array.isArray(items) ? true : items), { root, read, name, depth: depth + 1 }),
  );
}

function numberOf({ minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf }: JsonSchema): number {
  const step = countOf(multipleOf) ?? 1;
  const least =
    countOf(minimum) ?? (typeof exclusiveMinimum === 'number' ? exclusiveMinimum + step : undefined);
  const most =
    countOf(maximum) ?? (typeof exclusiveMaximum === 'number' ? exclusiveMaximum - step : undefined);
  const wanted = Math.min(Math.max(step, least ?? step), most ?? Infinity);
  return Math.ceil(wanted / step) * step;
}

function textOf({ format, minLength, maxLength }: JsonSchema, name: string): string {
  if (typeof format === 'string' && Object.hasOwn(FORMATS, format)) return FORMATS[format]!;
  const least = Math.min(countOf(minLength) ?? 0, MAX_LENGTH);
  return name.padEnd(least, '.').slice(0, countOf(maxLength) ?? MAX_LENGTH);
}

/** The type; without one, the type of the values that the keywords are for. */
function typeOf(schema: JsonSchema): unknown {
  const { type, properties, items, prefixItems, minimum, maximum } = schema;
  if (Array.isArray(type)) return (type as unknown[]).find((name) => name !== 'null') ?? 'null';
  if (type !== undefined) return type;
  if (listAt(schema, 'required').length > 0 || Object.keys(properties ?? {}).length > 0) return 'object';
  if (items !== undefined || prefixItems !== undefined) return 'array';
  return minimum !== undefined || maximum !== undefined ? 'number' : 'string';
}

function countOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function listAt(schema: JsonSchema, key: string): unknown[] {
  const value = schema[key];
  return Array.isArray(value) ? (value as unknown[]) : [];
}

/** The value of a keyword, in a list that is empty without it. */
function valueAt(schema: JsonSchema, key: string): unknown[] {
  return Object.hasOwn(schema, key) ? [schema[key]] : [];
}

function isObject(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
