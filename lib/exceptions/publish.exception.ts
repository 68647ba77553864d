import { FedoraMessagingException } from './fedora-messaging.exception.js';

/**
 * The base of the exceptions that a publish may end with; also thrown itself when a pre-publish handler
 * fails (`cause` is its error) and when publishing has been shut down.
 *
 * @publicApi
 */
export class PublishException extends FedoraMessagingException {
  constructor(
    /** Why the message was not published; the broker's own words where it gave any. */
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(reason, options);
  }
}
