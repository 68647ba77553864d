import type { JsonSchema } from '../../json-schema/index.js';
import { BOOL, join, listOf, NONE, NUMBER, type PythonType, STR } from '../python-code/index.js';

type SchemaObject = Exclude<JsonSchema, boolean>;

/** The description of a value in the bodies of messages. */
export interface BodyType {
  readonly type: PythonType;
  /** Whether a valid body always has it. */
  readonly isRequired: boolean;
}

const SIMPLE: Readonly<Record<string, PythonType>> = {
  string: STR,
  integer: NUMBER,
  number: NUMBER,
  boolean: BOOL,
  null: NONE,
};

/** The description of a value by all schemas; undefined if one of them does not give it a simple type. */
export function bodyType(place: readonly string[], schemas: readonly JsonSchema[]): BodyType | undefined {
  const found = schemas.map((schema) => oneBodyType(place, schema));
  if (found.length === 0 || found.includes(undefined)) return undefined;
  return {
    type: join(...found.map((one) => one!.type)),
    isRequired: found.every((one) => one!.isRequired),
  };
}

function oneBodyType(place: readonly string[], root: JsonSchema): BodyType | undefined {
  let schema = resolved(root, root);
  let isRequired = true;
  for (const key of place) {
    const { properties, required } = (schema ?? {}) as {
      properties?: Record<string, JsonSchema>;
      required?: string[];
    };
    if (!properties || !Object.hasOwn(properties, key)) return undefined;
    isRequired = Array.isArray(required) && required.includes(key);
    schema = resolved(properties[key]!, root);
  }
  const type = schema && typeOf(schema, root);
  return type && { type, isRequired };
}

function typeOf(schema: SchemaObject, root: JsonSchema): PythonType | undefined {
  const { type, items } = schema as { type?: unknown; items?: JsonSchema };
  const names: unknown[] = Array.isArray(type) ? type : [type];
  const types = names.map((name) => {
    if (name === 'array' && items && typeof items === 'object' && !Array.isArray(items)) {
      const inner = resolved(items, root);
      const item = inner && typeOf(inner, root);
      return item && listOf(item);
    }
    return typeof name === 'string' && Object.hasOwn(SIMPLE, name) ? SIMPLE[name] : undefined;
  });
  return types.includes(undefined) ? undefined : join(...types.map((one) => one!));
}

/** Follows references within the schema. */
function resolved(schema: JsonSchema, root: JsonSchema, depth = 0): SchemaObject | undefined {
  if (typeof schema !== 'object' || depth > 10) return undefined;
  const { $ref } = schema as { $ref?: unknown };
  if (typeof $ref !== 'string') return schema;
  if (!$ref.startsWith('#/')) return undefined;
  let target: unknown = root;
  for (const part of $ref.slice(2).split('/')) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof target !== 'object' || target === null || !Object.hasOwn(target, key)) return undefined;
    target = (target as Record<string, unknown>)[key];
  }
  return resolved(target as JsonSchema, root, depth + 1);
}
