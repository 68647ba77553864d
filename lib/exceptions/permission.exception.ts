import type { AmqpObjectDescription, AmqpObjectType } from './declaration-description.js';
import { FedoraMessagingException } from './fedora-messaging.exception.js';

/**
 * The broker user lacks the permission to read from a queue (AMQP reply code 403 to a consume).
 *
 * @publicApi
 */
export class PermissionException extends FedoraMessagingException {
  constructor(
    /** The kind of object that was accessed. */
    readonly objectType: AmqpObjectType,
    /** The name and settings of the object. */
    readonly description: AmqpObjectDescription,
    /** The reason the broker gave. */
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(
      `The broker user lacks a permission on the ${objectType} ${JSON.stringify(description)}: ${reason}`,
      options,
    );
  }
}
