import { foreignKeywords, ignoresRefSiblings } from './drafts.js';
import type { JsonSchema } from './json-schema.js';

/** Keywords whose values are data, not schemas. */
const DATA = new Set(['enum', 'const', 'default', 'examples']);
/** Keywords whose values are objects of schemas by names that are the author's own. */
const SCHEMAS_BY_NAME = new Set([
  'properties',
  'patternProperties',
  'definitions',
  '$defs',
  'dependencies',
  'dependentSchemas',
]);

/** A copy of a schema, written so that ajv does with it what the draft says. */
export function ajvSchema(schema: JsonSchema, draft: string): JsonSchema {
  const ignored = new Set([...foreignKeywords(draft), '__proto__', '$schema']);
  return copyOf(schema);

  function copyOf<T>(value: T): T {
    if (Array.isArray(value)) return value.map(copyOf) as T;
    if (typeof value !== 'object' || value === null) return value;
    const copy: Record<string, unknown> = {};
    for (const [keyword, of] of Object.entries(value)) {
      if (ignored.has(keyword)) continue;
      if (DATA.has(keyword)) copy[keyword] = of;
      else copy[keyword] = SCHEMAS_BY_NAME.has(keyword) ? eachOf(of) : copyOf(of);
    }
    checkProtoByPattern(value, copy);
    // ajv's `ignoreKeywordsWithRef` leaves out all of them but this one.
    if (ignoresRefSiblings(draft) && typeof copy['$ref'] === 'string') delete copy['type'];
    refuseAllByEmptyEnum(copy);
    return copy as T;
  }

  function eachOf(schemas: unknown): unknown {
    if (typeof schemas !== 'object' || schemas === null || Array.isArray(schemas)) return schemas;
    return Object.fromEntries(
      Object.entries(schemas)
        .filter(([name]) => name !== '__proto__')
        .map(([name, of]) => [name, copyOf(of)]),
    );
  }

  /**
   * ajv skips a property named `__proto__`; as a pattern it is checked like any other. Only an object made
   * by JSON.parse can have such a key.
   */
  function checkProtoByPattern(original: object, copy: Record<string, unknown>): void {
    const { properties } = original as { properties?: unknown };
    if (typeof properties !== 'object' || properties === null) return;
    const proto = Object.getOwnPropertyDescriptor(properties, '__proto__')?.value as unknown;
    if (proto === undefined) return;
    copy['patternProperties'] = {
      ...(copy['patternProperties'] as object | undefined),
      '^__proto__$': copyOf(proto),
    };
  }
}

/** ajv takes an enum without values for a mistake. */
function refuseAllByEmptyEnum(schema: Record<string, unknown>): void {
  const { enum: values, allOf = [] } = schema;
  if (!Array.isArray(values) || values.length > 0 || !Array.isArray(allOf)) return;
  delete schema['enum'];
  schema['allOf'] = [...(allOf as unknown[]), { not: {} }];
}
