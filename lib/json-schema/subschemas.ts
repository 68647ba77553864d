import type { JsonSchema } from './json-schema.js';

/** Keywords whose value is a schema. The value of `items` may also be a list of schemas. */
const SCHEMA_KEYWORDS = new Set([
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
const SCHEMA_LIST_KEYWORDS = new Set(['allOf', 'anyOf', 'items', 'oneOf', 'prefixItems']);
const SCHEMA_MAP_KEYWORDS = new Set([
  '$defs',
  'definitions',
  'dependencies',
  'dependentSchemas',
  'patternProperties',
  'properties',
]);

/** Changes a schema; returns a value that is not a schema object, such as true, unchanged. */
export type SchemaChange = (schema: unknown, pointer: string) => unknown;

/**
 * Copies a schema and changes its direct subschemas. Handles the keywords of every supported draft.
 *
 * @param pointer the JSON Pointer of the schema, encoded for a URI
 */
export function mapSubschemas(schema: JsonSchema, change: SchemaChange, pointer: string): JsonSchema {
  return mapEntries(schema, (keyword, value) => {
    const at = `${pointer}/${segment(keyword)}`;
    if (SCHEMA_LIST_KEYWORDS.has(keyword) && Array.isArray(value)) {
      return value.map((subschema, index) => change(subschema, `${at}/${index}`));
    }
    if (SCHEMA_MAP_KEYWORDS.has(keyword) && isSchema(value)) {
      return mapEntries(value, (name, subschema) => change(subschema, `${at}/${segment(name)}`));
    }
    return SCHEMA_KEYWORDS.has(keyword) ? change(value, at) : value;
  });
}

/** Whether the value of a keyword is a schema or a list of schemas. */
export function hasSubschemas(keyword: string): boolean {
  return SCHEMA_KEYWORDS.has(keyword) || SCHEMA_LIST_KEYWORDS.has(keyword);
}

/** Whether the value of a keyword is an object that contains schemas by names of the author's choice. */
export function hasSubschemasByName(keyword: string): boolean {
  return SCHEMA_MAP_KEYWORDS.has(keyword);
}

/** Whether a value is a schema object. False for true and false, and for a list of names in `dependencies`. */
export function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// For the key `__proto__`, fromEntries makes a property; an assignment would set the prototype.
function mapEntries(object: JsonSchema, map: (key: string, value: unknown) => unknown): JsonSchema {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(key, value)]));
}

function segment(key: string): string {
  return encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'));
}
