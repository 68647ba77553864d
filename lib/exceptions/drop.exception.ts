import { ConsumeException } from './consume.exception.js';
import { knownToOtherCopies } from './known-to-other-copies.js';

/**
 * Thrown by a handler: reject the message without requeueing it. The broker discards it, or moves it to
 * the queue's dead-letter exchange.
 *
 * @publicApi
 */
export class Drop extends ConsumeException {
  constructor(reason = 'The handler asked for the message to be dropped', options?: ErrorOptions) {
    super(reason, options);
  }

  static {
    knownToOtherCopies(this, 'Drop');
  }
}
