import type { MessageType } from './message-type.js';
import { Message, type MessageInit } from './message.js';

/** A class of messages. @publicApi */
export type MessageClass<M extends Message<object> = Message<object>> = new (init?: MessageInit<never>) => M;

/** A class of messages, abstract or not. @publicApi */
export type AnyMessageClass = abstract new (init?: MessageInit<never>) => Message<object>;

export function isMessageClass(value: unknown): value is AnyMessageClass {
  return typeof value === 'function' && (value === Message || value.prototype instanceof Message);
}

/** The message class of a type. The cast is safe: only message classes have a type. */
export function classOf({ target }: MessageType): MessageClass {
  return target as MessageClass;
}
