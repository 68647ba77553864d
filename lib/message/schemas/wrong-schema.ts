import { SchemaError } from '../../exceptions/index.js';
import type { MessageType } from '../message-type.js';

/** What a JSON Schema of a message class is called there. */
export type SchemaName = 'bodySchema' | 'headersSchema';

/** Does something with a schema of a message class; an error that the schema is to blame for names both. */
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
