import { FedoraMessagingException } from './fedora-messaging.exception.js';

/**
 * The broker could not be reached, or the TLS or AMQP handshake failed. `cause` keeps the last error.
 *
 * @publicApi
 */
export class ConnectionException extends FedoraMessagingException {}
