import type { JsonSchema } from '../json-schema/index.js';
import { inFile } from './settings.schema.js';

type Renamed = 'toFile' | 'toCode';
type Properties = Record<string, JsonSchema | boolean>;

/** The same schema with the property names of the configuration file. */
export function schemaOfFile(schema: JsonSchema): JsonSchema {
  return mapSchema(schema) as JsonSchema;
}

function mapSchema(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(mapSchema);
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => {
      if (keyword === 'required') return [keyword, (value as string[]).map(inFile)];
      if (keyword !== 'properties') return [keyword, mapSchema(value)];
      const properties = Object.entries(value as Properties);
      return [keyword, Object.fromEntries(properties.map(([name, of]) => [inFile(name), mapSchema(of)]))];
    }),
  );
}

/**
 * Gives the settings that `schema` (by the names in code) knows their names in the file, or the other way
 * round. Names that are the user's own (of queues, of arguments) stay as they are.
 */
export function renameSettings(value: unknown, schema: unknown, direction: Renamed): unknown {
  const {
    properties = {},
    additionalProperties,
    items,
  } = (schema ?? {}) as {
    properties?: Properties;
    additionalProperties?: unknown;
    items?: unknown;
  };
  if (Array.isArray(value)) return value.map((item) => renameSettings(item, items, direction));
  if (!isTable(value)) return value;
  const names = new Map(
    Object.keys(properties).map((name) =>
      direction === 'toFile' ? [name, { to: inFile(name), name }] : [inFile(name), { to: name, name }],
    ),
  );
  return Object.fromEntries(
    Object.entries(value).map(([key, setting]) => {
      const known = names.get(key);
      return known
        ? [known.to, renameSettings(setting, properties[known.name], direction)]
        : [key, renameSettings(setting, additionalProperties, direction)];
    }),
  );
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) !== Date.prototype;
}
