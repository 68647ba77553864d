import { PublishException } from './publish.exception.js';

/**
 * The broker user has no permission to write to this exchange, or to write with this topic (AMQP reply code 403).
 * Sending the message again fails until the permissions change.
 *
 * @publicApi
 */
export class PublishForbidden extends PublishException {
  /** @param reason the broker's own words */
  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.message = `The broker user may not publish the message: ${reason}. Use another topic or exchange, or ask the broker's administrators for the permission to write`;
  }
}
