import { ConsumeException } from './consume.exception.js';
import { knownToOtherCopies } from './known-to-other-copies.js';

/**
 * A handler throws Nack to put the message back into the queue. The broker then delivers the message again.
 *
 * @publicApi
 */
export class Nack extends ConsumeException {
  constructor(reason = 'The handler gave the message back', options?: ErrorOptions) {
    super(reason, options);
  }

  static {
    knownToOtherCopies(this, 'Nack');
  }
}
