import type { AmqpObjectDescription, AmqpObjectType } from './declaration-description.js';
import { FedoraMessagingException } from './fedora-messaging.exception.js';

/**
 * The broker refused to declare a queue, an exchange or a binding (AMQP reply codes 403, 404, 405, 406):
 * no permission, passively declared but missing, in exclusive use elsewhere, or existing with other
 * settings.
 *
 * @publicApi
 */
export class BadDeclaration extends FedoraMessagingException {
  constructor(
    /** What was being declared. */
    readonly objectType: AmqpObjectType,
    /** Its name and settings. */
    readonly description: AmqpObjectDescription,
    /** The reason the broker gave. */
    readonly reason: string,
    /** `advice` says what the reader can do about it. */
    { advice, ...options }: ErrorOptions & { advice?: string | undefined } = {},
  ) {
    super(
      `The broker refused to declare the ${objectType} ${JSON.stringify(description)}: ${reason}${advice === undefined ? '' : `. ${advice}`}`,
      options,
    );
  }
}
