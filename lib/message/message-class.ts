import type { MessageType } from './message-type.js';
import { Message, type MessageInit } from './message.js';

/** A class of messages. @publicApi */
export type MessageClass<M extends Message<object> = Message<object>> = new (init?: MessageInit<never>) => M;

/** A class of messages, also one that is only extended. @publicApi */
export type AnyMessageClass = abstract new (init?: MessageInit<never>) => Message<object>;

export function isMessageClass(value: unknown): value is AnyMessageClass {
  return typeof value === 'function' && (value === Message || value.prototype instanceof Message);
}

/** The class that a type is of: no other classes than those of messages are given one. */
export function classOf({ target }: MessageType): MessageClass {
  return target as MessageClass;
}
