import { assertKnownKeys } from '../config/index.js';
import { foreignTo } from '../package/index.js';
import { definingFile } from './defining-file.js';
import type { MessageClass } from './message-class.js';
import { defineMessageType, MESSAGE_SCHEMA_KEYS, type MessageSchemaOptions } from './message-type.js';
import { Message } from './message.js';

/**
 * Gives a class that extends {@link Message} its schema name, and describes its messages. Consumers find the class by
 * that name. To register the class, import it: nothing else is needed.
 *
 * @param name the schema name, unique to the class, such as `bodhi.update.request.testing`. The application does
 *   not start when two classes claim the same name. Test runners and hot reload may evaluate a class again: a class
 *   of the same name in the same file replaces the earlier class.
 * @throws TypeError when the class does not extend Message, or the name is empty
 * @throws ConfigurationException that names an unknown key of the options, and the key that was probably meant
 * @publicApi
 */
export function MessageSchema(name: string, options: MessageSchemaOptions = {}) {
  const file = definingFile(MessageSchema);
  return (target: MessageClass): void => {
    if (!(target.prototype instanceof Message)) {
      throw new TypeError(
        foreignTo(`The class ${target.name}, which @MessageSchema('${name}') decorates,`, target.prototype) ??
          `@MessageSchema('${name}') decorates ${target.name}, which does not extend Message`,
      );
    }
    if (typeof name !== 'string' || name === '') {
      throw new TypeError(`@MessageSchema on ${target.name} needs a non-empty schema name`);
    }
    assertKnownKeys(`@MessageSchema('${name}') on ${target.name}`, options, MESSAGE_SCHEMA_KEYS);
    defineMessageType(name, target, options, file);
  };
}
