import { FedoraMessagingException } from './fedora-messaging.exception.js';

/**
 * A JSON Schema is itself wrong: not valid by the draft it names, or with a reference or a pattern that
 * cannot be resolved. It is the message class that has to change, not the message.
 *
 * @publicApi
 */
export class SchemaError extends FedoraMessagingException {}
