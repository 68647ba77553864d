import { decorateMethod } from '../../discovery/index.js';
import type { AnyMessageClass } from '../../message/index.js';
import type {
  ConsumerDecoratorOptions,
  ConsumerOptionsFactory,
  FixedConsumerOptions,
} from './consumer-decorator-options.interface.js';
import { markAsEntryProvider } from './entry-provider.js';
import type { HandlerDecorator } from './takes-message.js';

/** The metadata key of a consumer's options, on a class or a method. */
export const CONSUMER_METADATA = Symbol('fedora-messaging:consumer');

/**
 * The decorator `@Consumer({ messages })`, for a method that takes messages of those classes.
 *
 * @publicApi
 */
export type ConsumerMethodDecorator<Classes extends readonly AnyMessageClass[]> = HandlerDecorator<
  Classes,
  'The first parameter must be a Message, because any message of the queue may come. To get messages of some classes only, name them: @Consumer({ messages: [...] })',
  "The first parameter must be the classes in 'messages', as a union, or Message"
>;

/** The decorator `@Consumer()`, for a class or a method that takes any message. @publicApi */
export interface ConsumerDecorator extends ConsumerMethodDecorator<readonly []> {
  /** Decorates a class whose `@OnMessage` methods take the messages. */
  (target: Function): void;
}

/** The metadata of a `@Consumer`. */
export interface ConsumerDeclaration {
  readonly options: ConsumerDecoratorOptions;
  /** Makes the remaining options from the settings, if the decorator has a function. */
  readonly optionsOf?: ConsumerOptionsFactory | undefined;
}

/**
 * Makes a method of a provider or controller the handler of its queues' messages. On a class, the methods share the
 * messages by class of message: see {@link OnMessage}. Without options, it consumes the configured queues.
 *
 * Instead of options, it takes the name of an entry of the setting `topologies`, or a function that makes the options
 * from the settings; `bus` and `messages` then follow the function.
 *
 * The method is called with one message at a time for each queue, in order. It may be async or return an observable.
 * When it is done, the message is acknowledged; it may throw Nack, Drop or HaltConsumer. Any other error puts the
 * message back and stops the consumer, unless `onError` says otherwise.
 *
 * The arguments are the message and a {@link FedoraMessagingContext}, unless the parameters are decorated. The first
 * is a {@link Message}, or with the option `messages` an instance of one of these classes. The compiler checks a
 * first parameter that is a message type. A first parameter of any other type should be decorated.
 *
 * @throws ConfigurationException when it decorates a static method or a property
 * @publicApi
 */
export function Consumer<const Classes extends readonly AnyMessageClass[]>(
  options: ConsumerDecoratorOptions<Classes> & { messages: Classes },
): ConsumerMethodDecorator<Classes>;
/** Decorates a class, or a method that takes any message. A string is the name of a topology. @publicApi */
export function Consumer(options?: ConsumerDecoratorOptions | string): ConsumerDecorator;
/** Makes the options from the settings, for a method that takes messages of some classes. @publicApi */
export function Consumer<const Classes extends readonly AnyMessageClass[]>(
  optionsOf: ConsumerOptionsFactory,
  fixed: FixedConsumerOptions<Classes> & { messages: Classes },
): ConsumerMethodDecorator<Classes>;
/** Makes the options from the settings, for a class, or a method that takes any message. @publicApi */
export function Consumer(optionsOf: ConsumerOptionsFactory, fixed?: FixedConsumerOptions): ConsumerDecorator;
export function Consumer(
  given: ConsumerDecoratorOptions | string | ConsumerOptionsFactory = {},
  fixed: FixedConsumerOptions = {},
): ConsumerDecorator {
  const declaration = declarationOf(given, fixed);
  return (target: object, method?: string | symbol, descriptor?: PropertyDescriptor): void => {
    if (method === undefined) {
      Reflect.defineMetadata(CONSUMER_METADATA, declaration, target);
      markAsEntryProvider(target);
    } else {
      const isOff = declaration.options.enabled === false;
      decorateMethod('@Consumer', CONSUMER_METADATA, declaration, target, method, descriptor, () => isOff);
      markAsEntryProvider(target.constructor);
    }
  };
}

/** Whether `@Consumer` on a class has `enabled: false`, whatever the settings say. */
export function isLeftOut(target: object): boolean {
  const declaration = Reflect.getMetadata(CONSUMER_METADATA, target) as ConsumerDeclaration | undefined;
  return declaration?.options.enabled === false;
}

function declarationOf(
  given: ConsumerDecoratorOptions | string | ConsumerOptionsFactory,
  fixed: FixedConsumerOptions,
): ConsumerDeclaration {
  if (typeof given === 'function') return { options: fixed, optionsOf: given };
  return { options: typeof given === 'string' ? { topology: given } : given };
}
