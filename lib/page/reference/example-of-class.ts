import { bodySchemaOf, type Message, type MessageClass } from '../../message/index.js';
import { exampleOfSchema } from './example-of-schema.js';

/**
 * An example of a message class: a message that conforms to its schemas. Undefined if none can be made, for example
 * because the schema has a `pattern` and no `examples`.
 */
export function exampleOf(messageClass: MessageClass): Message<object> | undefined {
  try {
    const body = exampleOfSchema(bodySchemaOf(messageClass));
    // A copy, because the values of a schema belong to the application.
    const message = new messageClass({ body: structuredClone(body) as never });
    message.validate();
    return message;
  } catch {
    return undefined;
  }
}
