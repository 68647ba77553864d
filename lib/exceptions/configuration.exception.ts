import { FedoraMessagingException } from './fedora-messaging.exception.js';

/**
 * A setting is wrong. The error is thrown before anything connects. Its message names the key, what is wrong with the
 * value, and what would be right; it never contains a password.
 *
 * @publicApi
 */
export class ConfigurationException extends FedoraMessagingException {}
