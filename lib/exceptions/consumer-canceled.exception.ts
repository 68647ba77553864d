import { ConsumeException } from './consume.exception.js';

/**
 * The broker cancelled the consumer: its queue was deleted, or the node the queue lives on failed.
 *
 * @publicApi
 */
export class ConsumerCanceled extends ConsumeException {
  constructor(
    /** The queue that was consumed. */
    readonly queue: string,
  ) {
    super(
      `The broker cancelled the consumer of queue '${queue}': the queue was deleted, or the node of the queue failed. Start the consumer again to declare the queue again`,
    );
  }
}
