import { type AnyMessageClass, Message } from '../../message/index.js';

/** The messages that a handler of these classes gets; without a class, any message. @publicApi */
export type MessageOf<Classes extends readonly AnyMessageClass[]> = Classes extends readonly []
  ? Message
  : InstanceType<Classes[number]>;

/**
 * Checks the first parameter of a handler. It must take `M`, all messages that the handler gets, or a plain
 * Message. The compiler does not see whether a parameter is decorated, so it leaves parameters alone that are not
 * messages.
 *
 * @typeParam Sentence what the compiler says of a wrong parameter
 * @publicApi
 */
export type TakesMessage<M, Handler extends (...args: never[]) => unknown, Sentence extends string> =
  Parameters<Handler> extends readonly []
    ? unknown
    : [M] extends [Parameters<Handler>[0]]
      ? unknown
      : [Message] extends [Parameters<Handler>[0]]
        ? unknown
        : [Parameters<Handler>[0]] extends [never]
          ? Sentence
          : [Extract<Parameters<Handler>[0], Message<object>>] extends [never]
            ? unknown
            : Sentence;
