import { type JsonSchema, JsonSchemaValidator } from '../../json-schema/index.js';
import { classOf } from '../message-class.js';
import { isOverridden, type MessageType } from '../message-type.js';
import { type SchemaName, withClass } from './wrong-schema.js';

/** The JSON Schemas of a message class. */
type Schemas = Readonly<Record<SchemaName, JsonSchema | undefined>>;

const SCHEMA_NAMES: readonly SchemaName[] = ['bodySchema', 'headersSchema'];

/**
 * Checks that the JSON Schemas of a message class are valid schemas.
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
    // The first message of a class whose constructor throws reports that error.
    return type;
  }
}
