import { SchemaError } from '../../exceptions/index.js';
import type { MessageType } from '../message-type.js';

/** The name that a JSON Schema has in a message class. */
export type SchemaName = 'bodySchema' | 'headersSchema';

/** Uses a schema of a message class. A SchemaError then names the schema and the class. */
export function withClass<T>(type: MessageType, name: SchemaName, use: () => T): T {
  try {
    return use();
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    const { path, reason, cause } = error;
    throw new SchemaError(`The ${name} of the message class ${type.described}`, reason, {
      path,
      cause,
    });
  }
}
