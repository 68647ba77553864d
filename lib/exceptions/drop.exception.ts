import { ConsumeException } from './consume.exception.js';
import { knownToOtherCopies } from './known-to-other-copies.js';

/**
 * A handler throws Drop to reject the message without requeueing. The broker discards the message, or moves it to the
 * dead-letter exchange of the queue.
 *
 * @publicApi
 */
export class Drop extends ConsumeException {
  constructor(reason = 'The handler dropped the message', options?: ErrorOptions) {
    super(reason, options);
  }

  static {
    knownToOtherCopies(this, 'Drop');
  }
}
