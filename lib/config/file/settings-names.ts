import { isSchema, type JsonSchema, mapSubschemas } from '../../json-schema/index.js';
import { IGNORED, inFile } from '../settings.schema.js';

type Properties = Record<string, JsonSchema | boolean>;

/** Renames the properties of a schema to their names in the configuration file. */
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
 * Renames the settings of a file to their names in code. Keys that are ignored are left out: code refuses them, or has
 * another meaning for them. Names that the user chose stay, such as those of queues and arguments.
 *
 * @param schema the schema of the settings, with the names in code
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
    Object.entries(value).flatMap(([key, setting]) => {
      const name = names.get(key);
      if (name !== undefined) return [[name, namedAsInCode(setting, properties[name])]];
      return additionalProperties === IGNORED ? [] : [[key, namedAsInCode(setting, additionalProperties)]];
    }),
  );
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !(value instanceof Date);
}
