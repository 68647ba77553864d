import { decorateMethod } from '../discovery/index.js';
import type { ConsumerOptions } from '../consuming/index.js';
import { markAsEntryProvider } from './entry-provider.js';

/** The metadata key under which a handler's options are kept. */
export const CONSUMER_METADATA = Symbol('fedora-messaging:consumer');

/**
 * Makes a method of a provider or controller the handler of the messages of its queues. Alone, without
 * options, it handles those of the configured queues.
 *
 * The method is called with one message at a time for each queue, in order, and may be async or return an
 * observable; its arguments are the message and a {@link FedoraMessagingContext}, unless its parameters are
 * decorated. When it is done, the message is acknowledged; it may throw Nack, Drop or HaltConsumer. Any
 * other error puts the message back and stops the consumer, unless `onError` says otherwise.
 *
 * @publicApi
 */
export function Consumer(options: ConsumerOptions = {}) {
  return <Handler extends (...args: never[]) => unknown>(
    prototype: object,
    method: string | symbol,
    descriptor: TypedPropertyDescriptor<Handler>,
  ): void => {
    decorateMethod('@Consumer', CONSUMER_METADATA, options, prototype, method, descriptor);
    markAsEntryProvider(prototype);
  };
}
