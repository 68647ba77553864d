import { FedoraMessagingException } from './fedora-messaging.exception.js';

/**
 * The base of the exceptions that concern consuming.
 *
 * @publicApi
 */
export class ConsumeException extends FedoraMessagingException {}
