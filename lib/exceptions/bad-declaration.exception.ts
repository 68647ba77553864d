import type { AmqpObjectDescription, AmqpObjectType } from './declaration-description.js';
import { FedoraMessagingException } from './fedora-messaging.exception.js';

/**
 * The broker refused to declare a queue, an exchange, a binding or a consumer. The AMQP reply code tells why: no
 * permission (403), missing although declared passively (404), in exclusive use by another connection (405), existing
 * with other settings or invalid (406), or not possible on this broker (503, 530, 540, 541).
 *
 * @publicApi
 */
export class BadDeclaration extends FedoraMessagingException {
  constructor(
    /** The kind of object that was declared. */
    readonly objectType: AmqpObjectType,
    /** The name and settings of the object. */
    readonly description: AmqpObjectDescription,
    /** The reason the broker gave. */
    readonly reason: string,
    /** `advice` tells the reader how to solve the problem. */
    { advice, ...options }: ErrorOptions & { advice?: string | undefined } = {},
  ) {
    super(
      `The broker refused to declare the ${objectType} ${JSON.stringify(description)}: ${reason}${advice === undefined ? '' : `. ${advice}`}`,
      options,
    );
  }
}
