import type { Message } from '../message/index.js';
import type { RunningConsumer } from './running-consumer.interface.js';

/** How a message came to its handler: the handler's second argument. @publicApi */
export interface FedoraMessagingContext {
  /** The message that is handled. */
  readonly message: Message;
  /** The queue the message came through. */
  readonly queue: string;
  /** Whether the broker has delivered it before: to a consumer that did not acknowledge it. */
  readonly redelivered: boolean;
  /** How often it has been handed to a handler, this time included; more than 1 with `onError: 'retry'` only. */
  readonly attempt: number;
  /** The consumer that handles it. */
  readonly consumer: RunningConsumer;
}
