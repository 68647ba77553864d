import { FedoraMessagingException } from './fedora-messaging.exception.js';

/**
 * A setting is wrong. Thrown before anything connects; the message names the key, says what is wrong
 * with the value and what would be right. Passwords never appear in it.
 *
 * @publicApi
 */
export class ConfigurationException extends FedoraMessagingException {}
