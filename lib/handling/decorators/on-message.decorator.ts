import { decorateMethod, type NotStatic } from '../../discovery/index.js';
import { shownValue } from '../../exceptions/index.js';
import { type AnyMessageClass, isMessageClass, Message } from '../../message/index.js';
import { isLeftOut } from './consumer.decorator.js';
import { markAsEntryProvider } from './entry-provider.js';
import type { MessageOf, TakesMessage } from './takes-message.js';

/** The metadata key under which the classes are kept that a method takes. */
export const ON_MESSAGE_METADATA = Symbol('fedora-messaging:on-message');

/** What `@OnMessage()` decorates: a method that takes messages of those classes. @publicApi */
export type OnMessageDecorator<Classes extends readonly AnyMessageClass[]> = <
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
        ? 'The first parameter must be a Message: @OnMessage() without a class takes messages of any class'
        : 'The first parameter must be the classes that @OnMessage names, as a union, or Message'
    >,
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
 * @throws ConfigurationException when it decorates a static method or a property
 * @publicApi
 */
export function OnMessage<Classes extends AnyMessageClass[]>(
  ...classes: Classes
): OnMessageDecorator<Classes> {
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
    decorateMethod('@OnMessage', ON_MESSAGE_METADATA, taken, prototype, method, descriptor, () =>
      isLeftOut(prototype.constructor),
    );
    markAsEntryProvider(prototype.constructor);
  };
}
