import { foreignKeywords, ignoresRefSiblings } from './drafts.js';
import { EVALUATION } from './evaluations.js';
import type { JsonSchema } from '../json-schema.js';
import { hasSubschemas, hasSubschemasByName } from '../subschemas.js';

/** Keywords whose values are data, not schemas. */
const DATA_KEYWORDS = new Set(['enum', 'const', 'default', 'examples', 'dependentRequired']);
/**
 * Copies a schema, and rewrites the parts that ajv treats differently from the draft.
 *
 * @param isCounted whether to count each application of a subschema
 */
export function ajvSchema(schema: JsonSchema, draft: string, isCounted: boolean): JsonSchema {
  const ignored = new Set([...foreignKeywords(draft), '__proto__', '$schema']);
  const isOneResource = !hasNestedId(schema);
  return copyOf(schema);

  function copyOf<T>(value: T): T {
    if (Array.isArray(value)) return value.map(copyOf) as T;
    if (typeof value !== 'object' || value === null) return value;
    const copy: Record<string, unknown> = {};
    for (const [keyword, of] of Object.entries(value)) {
      if (ignored.has(keyword)) continue;
      if (DATA_KEYWORDS.has(keyword)) copy[keyword] = of;
      else if (hasSubschemasByName(keyword)) copy[keyword] = eachOf(of);
      else copy[keyword] = hasSubschemas(keyword) ? copyOf(of) : copyOfUnknown(of);
    }
    checkProtoByPattern(value, copy);
    // ajv's option `ignoreKeywordsWithRef` ignores all keywords next to a `$ref`, except `type`.
    if (ignoresRefSiblings(draft) && typeof copy['$ref'] === 'string') delete copy['type'];
    refuseAllByEmptyEnum(copy);
    askForEmptyNamesBySchema(copy);
    if (isOneResource) referStatically(copy, anchorsOf(schema));
    if (isCounted && Object.keys(copy).length > 0) copy[EVALUATION] = true;
    return copy as T;
  }

  /** Keeps objects with the name of an ignored keyword: a `$ref` can point anywhere, so they may be schemas. */
  function copyOfUnknown(value: unknown): unknown {
    const copy = copyOf(value);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return copy;
    for (const [name, of] of Object.entries(value)) {
      if (name === '__proto__' || !ignored.has(name) || typeof of !== 'object') continue;
      (copy as Record<string, unknown>)[name] = copyOf(of);
    }
    return copy;
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
   * Checks the property `__proto__` by a pattern, because ajv skips it in `properties`. Only an object made by
   * JSON.parse can have such a key.
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

/** Replaces an enum without values, which ajv refuses to compile, by a schema that refuses every value. */
function refuseAllByEmptyEnum(schema: Record<string, unknown>): void {
  const { enum: values, allOf = [] } = schema;
  if (!Array.isArray(values) || values.length > 0 || !Array.isArray(allOf)) return;
  delete schema['enum'];
  schema['allOf'] = [...(allOf as unknown[]), { not: {} }];
}

/** Replaces lists of required names that contain `''` by `required`: ajv notices that `''` is missing only there. */
function askForEmptyNamesBySchema(schema: Record<string, unknown>): void {
  for (const [keyword, asSchemas] of [
    ['dependentRequired', 'dependentSchemas'],
    ['dependencies', 'dependencies'],
  ] as const) {
    const entries = Object.entries((schema[keyword] as object | undefined) ?? {}) as [string, unknown][];
    for (const [name, required] of entries) {
      if (!Array.isArray(required) || !required.includes('')) continue;
      addToAllOf(schema, { [asSchemas]: { [name]: { required: required as unknown[] } } });
    }
  }
}

/**
 * Replaces dynamic references by `$ref`. The two mean the same in a schema without nested schemas that have an `$id`.
 */
function referStatically(schema: Record<string, unknown>, anchorsOfRoot: readonly unknown[]): void {
  for (const keyword of ['$recursiveRef', '$dynamicRef']) {
    const named = schema[keyword];
    if (typeof named !== 'string') continue;
    // ajv does not find an anchor of the root schema.
    const reference = anchorsOfRoot.includes(named.slice(1)) ? '#' : named;
    delete schema[keyword];
    if (schema['$ref'] === undefined) schema['$ref'] = reference;
    else addToAllOf(schema, { $ref: reference });
  }
  delete schema['$recursiveAnchor'];
  const { $dynamicAnchor: anchor } = schema;
  if (typeof anchor !== 'string' || schema['$anchor'] !== undefined) return;
  delete schema['$dynamicAnchor'];
  schema['$anchor'] = anchor;
}

function anchorsOf({ $anchor, $dynamicAnchor }: JsonSchema): unknown[] {
  return [$anchor, $dynamicAnchor].filter((anchor) => anchor !== undefined);
}

function addToAllOf(schema: Record<string, unknown>, demanded: JsonSchema): void {
  const { allOf = [] } = schema;
  if (Array.isArray(allOf)) schema['allOf'] = [...(allOf as unknown[]), demanded];
}

function hasNestedId(schema: unknown, isNested = false): boolean {
  if (typeof schema !== 'object' || schema === null) return false;
  if (isNested && typeof (schema as JsonSchema)['$id'] === 'string') return true;
  return Object.values(schema).some((value) => hasNestedId(value, true));
}
