import { decorateMethod } from '../../discovery/index.js';
import type { ConsumerDecoratorOptions } from './consumer-decorator-options.interface.js';
import { markAsEntryProvider } from './entry-provider.js';

/** The metadata key under which a consumer's options are kept, of a class or of a method. */
export const CONSUMER_METADATA = Symbol('fedora-messaging:consumer');

/** What `@Consumer()` decorates: a method, or a class. @publicApi */
export interface ConsumerDecorator {
  <Handler extends (...args: never[]) => unknown>(
    prototype: object,
    method: string | symbol,
    descriptor: TypedPropertyDescriptor<Handler>,
  ): void;
  (target: Function): void;
}

/**
 * Makes a method of a provider or controller the handler of the messages of its queues; or a class, whose
 * methods share them by class of message, see {@link OnMessage}. Alone, without options, it consumes the
 * configured queues.
 *
 * The method is called with one message at a time for each queue, in order, and may be async or return an
 * observable; its arguments are the message and a {@link FedoraMessagingContext}, unless its parameters are
 * decorated. When it is done, the message is acknowledged; it may throw Nack, Drop or HaltConsumer. Any
 * other error puts the message back and stops the consumer, unless `onError` says otherwise.
 *
 * @publicApi
 */
export function Consumer(options: ConsumerDecoratorOptions = {}): ConsumerDecorator {
  return (target: object, method?: string | symbol, descriptor?: PropertyDescriptor): void => {
    if (method === undefined) {
      Reflect.defineMetadata(CONSUMER_METADATA, options, target);
      markAsEntryProvider(target);
    } else {
      decorateMethod('@Consumer', CONSUMER_METADATA, options, target, method, descriptor);
      markAsEntryProvider(target.constructor);
    }
  };
}
