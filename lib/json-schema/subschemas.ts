import type { JsonSchema } from './json-schema.js';

/** Keywords whose value is a schema; of `items` it may be a list of them. */
const ONE = new Set([
  'additionalItems',
  'additionalProperties',
  'contains',
  'contentSchema',
  'else',
  'if',
  'items',
  'not',
  'propertyNames',
  'then',
  'unevaluatedItems',
  'unevaluatedProperties',
]);
const LISTS = new Set(['allOf', 'anyOf', 'items', 'oneOf', 'prefixItems']);
const MAPS = new Set([
  '$defs',
  'definitions',
  'dependencies',
  'dependentSchemas',
  'patternProperties',
  'properties',
]);

/** Makes something of a schema; of what is none, such as true, itself. */
export type SchemaChange = (schema: unknown, pointer: string) => unknown;

/**
 * A copy of a schema whose direct subschemas are changed, in all drafts that are known.
 *
 * @param pointer the JSON pointer of the schema, as a URI has it
 */
export function mapSubschemas(schema: JsonSchema, change: SchemaChange, pointer: string): JsonSchema {
  return mapEntries(schema, (keyword, value) => {
    const at = `${pointer}/${segment(keyword)}`;
    if (LISTS.has(keyword) && Array.isArray(value)) {
      return value.map((subschema, index) => change(subschema, `${at}/${index}`));
    }
    if (MAPS.has(keyword) && isSchema(value)) {
      return mapEntries(value, (name, subschema) => change(subschema, `${at}/${segment(name)}`));
    }
    return ONE.has(keyword) ? change(value, at) : value;
  });
}

/** Whether the value of a keyword is a schema, or a list of them. */
export function hasSubschemas(keyword: string): boolean {
  return ONE.has(keyword) || LISTS.has(keyword);
}

/** Whether the value of a keyword is an object of schemas, by names that are the author's own. */
export function hasSubschemasByName(keyword: string): boolean {
  return MAPS.has(keyword);
}

/** Whether a value is a schema, and not true, false, or the list of names that `dependencies` may have. */
export function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// Unlike an assignment, fromEntries makes a property even of __proto__.
function mapEntries(object: JsonSchema, map: (key: string, value: unknown) => unknown): JsonSchema {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(key, value)]));
}

function segment(key: string): string {
  return encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'));
}
