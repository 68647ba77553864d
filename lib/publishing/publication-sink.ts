import type { Publication } from '../broker/index.js';
import type { Message } from '../message/index.js';

/** What takes the messages that are ready to go: the broker, or what stands in for it in a test. */
export interface PublicationSink {
  /**
   * Resolves when it has the message.
   *
   * @param timeout in milliseconds
   * @param message what the publication was made from
   */
  publish(publication: Publication, timeout: number, message: Message<object>): Promise<void>;
}
