import {
  type AmqpObjectDescription,
  type AmqpObjectType,
  BadDeclaration,
  errorText,
} from '../../exceptions/index.js';
import { reasonOf } from '../transports.js';

/**
 * The channel or connection was closed before the broker answered a declaration. If the broker closed the connection
 * because of this very declaration, {@link because} makes the error that says so.
 */
export class InterruptedDeclaration extends Error {
  constructor(
    private readonly objectType: AmqpObjectType,
    private readonly description: AmqpObjectDescription,
    cause: unknown,
  ) {
    super(errorText(cause), { cause });
  }

  /** @param refusal the error with which the broker closed the connection */
  because(refusal: Error): BadDeclaration {
    return new BadDeclaration(this.objectType, this.description, reasonOf(refusal), { cause: refusal });
  }
}
