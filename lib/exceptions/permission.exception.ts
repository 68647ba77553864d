import type { AmqpObjectDescription, AmqpObjectType } from './declaration-description.js';
import { FedoraMessagingException } from './fedora-messaging.exception.js';

/**
 * The broker user lacks the permission to read from a queue (AMQP reply code 403 to a consume).
 *
 * @publicApi
 */
export class PermissionException extends FedoraMessagingException {
  constructor(
    /** What was being accessed. */
    readonly objectType: AmqpObjectType,
    /** Its name and settings. */
    readonly description: AmqpObjectDescription,
    /** The reason the broker gave. */
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(`No permission on the ${objectType} ${JSON.stringify(description)}: ${reason}`, options);
  }
}
