import { FedoraMessagingException } from './fedora-messaging.exception.js';

/**
 * A JSON Schema is itself wrong: not valid by the draft it names, or with a reference or a pattern that
 * cannot be resolved. It is the message class that has to change, not the message.
 *
 * @publicApi
 */
export class SchemaError extends FedoraMessagingException {
  /** Where the schema is wrong, as a JSON Pointer in it; undefined where that is not known. */
  readonly path: string | undefined;
  /** What is wrong there. */
  readonly reason: string;

  /** @param subject the schema, as the subject of a sentence, with its message class where that is known */
  constructor(
    subject: string,
    reason: string,
    { path, ...options }: ErrorOptions & { path?: string | undefined } = {},
  ) {
    super(
      `${subject} is itself wrong${path === undefined ? '' : ` at ${path || 'its root'}`}: ${reason}`,
      options,
    );
    this.path = path;
    this.reason = reason;
  }
}
