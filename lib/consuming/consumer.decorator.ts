import type { ConsumerOptions } from './consumer-options.interface.js';
import type { FedoraMessagingContext } from './fedora-messaging-context.js';

/** The metadata key under which a handler's options are kept. */
export const CONSUMER_METADATA = 'fedora-messaging:consumer';

/** A method that is decorated with `@Consumer`. */
export interface DeclaredHandler {
  readonly prototype: object;
  readonly method: string;
}

const declared: DeclaredHandler[] = [];

/**
 * Makes a method of a provider or controller the handler of the messages of its queues. Alone, without
 * options, it handles those of the configured queues.
 *
 * The method is called with one message at a time for each queue, in order, and may be async; its second
 * argument is a {@link FedoraMessagingContext}. When it returns, the message is acknowledged; it may throw
 * Nack, Drop or HaltConsumer. Any other error puts the message back and stops the consumer, unless
 * `onError` says otherwise.
 *
 * @publicApi
 */
export function Consumer(options: ConsumerOptions = {}) {
  return <Handler extends (message: never, context: FedoraMessagingContext) => unknown>(
    prototype: object,
    method: string | symbol,
    descriptor: TypedPropertyDescriptor<Handler>,
  ): void => {
    Reflect.defineMetadata(CONSUMER_METADATA, options, descriptor.value as object);
    declared.push({ prototype, method: String(method) });
  };
}

/** Every decorated method there is, whether or not its class is provided anywhere. */
export function declaredHandlers(): readonly DeclaredHandler[] {
  return declared;
}
