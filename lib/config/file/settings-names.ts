import { isSchema, type JsonSchema, mapSubschemas } from '../../json-schema/index.js';
import { inFile } from '../settings.schema.js';

type Properties = Record<string, JsonSchema | boolean>;

/** The same schema with the property names of the configuration file. */
export function schemaOfFile(schema: JsonSchema): JsonSchema {
  const mapped = mapSubschemas(schema, (of) => (isSchema(of) ? schemaOfFile(of) : of), '');
  return Object.fromEntries(
    Object.entries(mapped).map(([keyword, value]) => {
      if (keyword === 'required') return [keyword, (value as string[]).map(inFile)];
      if (keyword !== 'properties') return [keyword, value];
      const properties = Object.entries(value as Properties);
      return [keyword, Object.fromEntries(properties.map(([name, of]) => [inFile(name), of]))];
    }),
  );
}

/**
 * Gives the settings of a file the names they have in code; `schema` is by those. Names that are the
 * user's own, of queues or of arguments, stay as they are.
 */
export function namedAsInCode(value: unknown, schema: unknown): unknown {
  const {
    properties = {},
    additionalProperties,
    items,
  } = (schema ?? {}) as {
    properties?: Properties;
    additionalProperties?: unknown;
    items?: unknown;
  };
  if (Array.isArray(value)) return value.map((item) => namedAsInCode(item, items));
  if (!isTable(value)) return value;
  const names = new Map(Object.keys(properties).map((name) => [inFile(name), name]));
  return Object.fromEntries(
    Object.entries(value).map(([key, setting]) => {
      const name = names.get(key);
      return name === undefined
        ? [key, namedAsInCode(setting, additionalProperties)]
        : [name, namedAsInCode(setting, properties[name])];
    }),
  );
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !(value instanceof Date);
}
