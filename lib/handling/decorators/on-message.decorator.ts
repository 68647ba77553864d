import { decorateMethod } from '../../discovery/index.js';
import { shownValue } from '../../exceptions/index.js';
import { type AnyMessageClass, isMessageClass, Message } from '../../message/index.js';
import { isLeftOut } from './consumer.decorator.js';
import { markAsEntryProvider } from './entry-provider.js';
import type { HandlerDecorator } from './takes-message.js';

/** The metadata key of the message classes that a method takes. */
export const ON_MESSAGE_METADATA = Symbol('fedora-messaging:on-message');

/** The decorator `@OnMessage()`, for a method that takes messages of those classes. @publicApi */
export type OnMessageDecorator<Classes extends readonly AnyMessageClass[]> = HandlerDecorator<
  Classes,
  'The first parameter must be a Message: @OnMessage() without a class takes messages of any class',
  'The first parameter must be the classes that @OnMessage names, as a union, or Message'
>;

/**
 * Makes a method the handler of some messages of its class, which is decorated with `@Consumer`: messages of the
 * given classes and of their subclasses. If several methods match, the method with the nearest class is called.
 * Without a class, the method takes all messages that no other method takes, including messages with an unknown
 * schema.
 *
 * The queues belong to the class: each is consumed once, and its messages are handled in order, whatever their class.
 *
 * @throws TypeError when an argument is not a message class
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
        `@OnMessage of ${name} needs message classes, but argument ${index + 1} is ${shownValue(messageClass)}; a circular import may be the cause`,
      );
    }
    // Every message is an instance of Message.
    const taken: AnyMessageClass[] = classes.length > 0 ? classes : [Message];
    decorateMethod('@OnMessage', ON_MESSAGE_METADATA, taken, prototype, method, descriptor, () =>
      isLeftOut(prototype.constructor),
    );
    markAsEntryProvider(prototype.constructor);
  };
}
