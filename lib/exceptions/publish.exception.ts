import { FedoraMessagingException } from './fedora-messaging.exception.js';

/**
 * The base of the exceptions of publishing. The class itself is thrown when a pre-publish handler fails (`cause` is the
 * handler's error), and when publishing has been shut down.
 *
 * @publicApi
 */
export class PublishException extends FedoraMessagingException {
  constructor(
    /** Why the message was not published; the broker's own words if it gave a reason. */
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(reason, options);
  }
}
