import type { NotStatic } from '../../discovery/index.js';
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

/**
 * The decorator of a method that takes messages of some classes.
 *
 * @typeParam AnySentence the compiler's message about a wrong first parameter when there are no classes
 * @typeParam ClassesSentence the compiler's message about a wrong first parameter when there are classes
 * @publicApi
 */
export type HandlerDecorator<
  Classes extends readonly AnyMessageClass[],
  AnySentence extends string,
  ClassesSentence extends string,
> = <Host extends object, Handler extends (...args: never[]) => unknown>(
  prototype: Host & NotStatic<Host>,
  method: string | symbol,
  descriptor: TypedPropertyDescriptor<Handler> &
    TakesMessage<MessageOf<Classes>, Handler, Classes extends readonly [] ? AnySentence : ClassesSentence>,
) => void;
