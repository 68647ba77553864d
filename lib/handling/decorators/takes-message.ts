import { type AnyMessageClass, Message } from '../../message/index.js';

/** The messages that a handler of these classes gets; without a class, any message. @publicApi */
export type MessageOf<Classes extends readonly AnyMessageClass[]> = Classes extends readonly []
  ? Message
  : InstanceType<Classes[number]>;

/**
 * Checks the first parameter of a handler at compile time: it must accept `M`, all messages that the handler gets, or
 * a plain Message. The compiler does not see parameter decorators, so a parameter that is not a message type is not
 * checked.
 *
 * @typeParam Sentence the compiler's message about a wrong parameter
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
