import { decorateMethod, type NotStatic } from '../../discovery/index.js';
import type { AnyMessageClass } from '../../message/index.js';
import type { ConsumerDecoratorOptions } from './consumer-decorator-options.interface.js';
import { markAsEntryProvider } from './entry-provider.js';
import type { MessageOf, TakesMessage } from './takes-message.js';

/** The metadata key under which a consumer's options are kept, of a class or of a method. */
export const CONSUMER_METADATA = Symbol('fedora-messaging:consumer');

/** What `@Consumer({ messages })` decorates: a method that takes messages of those classes. @publicApi */
export type ConsumerMethodDecorator<Classes extends readonly AnyMessageClass[]> = <
  Host extends object,
  Handler extends (...args: never[]) => unknown,
>(
  prototype: Host & NotStatic<Host>,
  method: string | symbol,
  descriptor: TypedPropertyDescriptor<Handler> &
    TakesMessage<
      MessageOf<Classes>,
      Handler,
      Classes extends readonly []
        ? 'The first parameter must be a Message, because any message of the queue may come. To get messages of some classes only, name them: @Consumer({ messages: [...] })'
        : "The first parameter must be the classes in 'messages', as a union, or Message"
    >,
) => void;

/** What `@Consumer()` decorates: a method that takes any message, or a class. @publicApi */
export interface ConsumerDecorator extends ConsumerMethodDecorator<readonly []> {
  (target: Function): void;
}

/**
 * Makes a method of a provider or controller the handler of the messages of its queues; or a class, whose
 * methods share them by class of message, see {@link OnMessage}. Alone, without options, it consumes the
 * configured queues.
 *
 * The method is called with one message at a time for each queue, in order, and may be async or return an
 * observable; its arguments are the message and a {@link FedoraMessagingContext}, unless its parameters are
 * decorated. The first is a {@link Message}, or with the option `messages` one of these classes; the compiler
 * checks it, unless it is another type than a message: then the parameter should be decorated. When it is done, the message is acknowledged; it may throw Nack, Drop or HaltConsumer. Any
 * other error puts the message back and stops the consumer, unless `onError` says otherwise.
 *
 * @throws ConfigurationException when it decorates a static method or a property
 * @publicApi
 */
export function Consumer<const Classes extends readonly AnyMessageClass[]>(
  options: ConsumerDecoratorOptions<Classes> & { messages: Classes },
): ConsumerMethodDecorator<Classes>;
export function Consumer(options?: ConsumerDecoratorOptions): ConsumerDecorator;
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
