import { type JsonSchema, JsonSchemaValidator } from '../../json-schema/index.js';
import { classOf } from '../message-class.js';
import { isOverridden, type MessageType } from '../message-type.js';
import { type SchemaName, withClass } from './wrong-schema.js';

/** The JSON Schemas of a message class. */
type Schemas = Readonly<Record<SchemaName, JsonSchema | undefined>>;

const SCHEMA_NAMES: readonly SchemaName[] = ['bodySchema', 'headersSchema'];

/**
 * Looks whether the JSON Schemas of a message class are schemas.
 *
 * @throws SchemaError that names the class, and the path in its schema
 */
export function assertSchemas(type: MessageType): void {
  const schemas = schemasOf(type);
  for (const name of SCHEMA_NAMES) {
    const schema = schemas[name];
    if (schema) withClass(type, name, () => JsonSchemaValidator.of(schema).check());
  }
}

function schemasOf(type: MessageType): Schemas {
  if (!SCHEMA_NAMES.some((name) => isOverridden(type.target.prototype as object, name))) return type;
  try {
    const { bodySchema, headersSchema } = new (classOf(type))({});
    return { bodySchema, headersSchema };
  } catch {
    // A class that throws shows with the first message of it.
    return type;
  }
}
