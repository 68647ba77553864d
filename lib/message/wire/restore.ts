import type { MessageClass } from '../message-class.js';
import { INTERNALS, type Restored } from '../message-internals.js';
import type { Message, MessageInit } from '../message.js';

/** Recreates a message that came from the wire or from a file. */
export function restore(
  messageClass: MessageClass,
  init: MessageInit<object> & { topic: string },
  restored: Restored,
): Message<object> {
  const message = new messageClass(init as MessageInit<never>);
  // Sets an empty topic too: the constructor would replace it with the default of the class.
  message.topic = init.topic;
  message.queue = restored.queue;
  message[INTERNALS].restore(restored);
  return message;
}
