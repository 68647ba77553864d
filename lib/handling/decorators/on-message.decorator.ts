import { decorateMethod } from '../../discovery/index.js';
import { shownValue } from '../../exceptions/index.js';
import { type AnyMessageClass, isMessageClass, Message } from '../../message/index.js';
import { markAsEntryProvider } from './entry-provider.js';

/** The metadata key under which the classes are kept that a method takes. */
export const ON_MESSAGE_METADATA = Symbol('fedora-messaging:on-message');

/** The messages that `@OnMessage(...classes)` hands to a method. @publicApi */
export type MessageOf<Classes extends readonly AnyMessageClass[]> = Classes extends readonly []
  ? Message
  : InstanceType<Classes[number]>;

/**
 * What a compiler says when the first parameter is of another class of messages than the method is given. A
 * plain Message is good for all of them; a parameter that is no message is taken for a decorated one.
 *
 * @publicApi
 */
export type TakesMessage<M, Handler extends (...args: never[]) => unknown> =
  Parameters<Handler> extends [(infer First)?, ...unknown[]]
    ? NonNullable<First> extends Message<object>
      ? [M] extends [First]
        ? unknown
        : [Message] extends [First]
          ? unknown
          : { 'the first parameter must take': M }
      : unknown
    : unknown;

/** What `@OnMessage()` decorates: a method that takes messages of those classes. @publicApi */
export type OnMessageDecorator<M> = <Handler extends (...args: never[]) => unknown>(
  prototype: object,
  method: string | symbol,
  descriptor: TypedPropertyDescriptor<Handler> & TakesMessage<M, Handler>,
) => void;

/**
 * Makes a method of a class that is decorated with `@Consumer` the handler of some of its messages: those
 * of the classes given and of classes that extend them. Where several methods would do, the one with the
 * nearest class is called. Without a class, it takes all messages that no other method does; those whose
 * schema is not known are among them.
 *
 * The queues are the class's: each is consumed once, and its messages are handled in order, whatever their
 * class.
 *
 * @throws TypeError when given something else than a message class
 * @publicApi
 */
export function OnMessage<Classes extends AnyMessageClass[]>(
  ...classes: Classes
): OnMessageDecorator<MessageOf<Classes>> {
  return (prototype, method, descriptor) => {
    for (const [index, messageClass] of classes.entries()) {
      if (isMessageClass(messageClass)) continue;
      const name = `${prototype.constructor.name}.${String(method)}`;
      throw new TypeError(
        `@OnMessage of ${name} needs message classes, but argument ${index + 1} is ${shownValue(messageClass)}; if its class is imported in a circle, break the circle`,
      );
    }
    // All messages are of the base class.
    const taken: AnyMessageClass[] = classes.length > 0 ? classes : [Message];
    decorateMethod('@OnMessage', ON_MESSAGE_METADATA, taken, prototype, method, descriptor);
    markAsEntryProvider(prototype.constructor);
  };
}
