import { FedoraMessagingException } from './fedora-messaging.exception.js';

/**
 * A JSON Schema is itself wrong: it is not valid in its draft, or a reference can't be resolved, or a pattern is
 * invalid. The message class has to change, not the message.
 *
 * @publicApi
 */
export class SchemaError extends FedoraMessagingException {
  /** The JSON Pointer of the wrong part of the schema; undefined when the place is unknown. */
  readonly path: string | undefined;
  /** The mistake in that place. */
  readonly reason: string;

  /** @param subject the schema, as the subject of a sentence, with its message class if known */
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
