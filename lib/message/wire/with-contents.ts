import type { MessageClass } from '../message-class.js';
import { INTERNALS } from '../message-internals.js';
import type { MessageHeaders } from '../message-headers.js';
import type { Message } from '../message.js';
import { restore } from './restore.js';

/**
 * Copies a received message with other headers and another body. The copy is not validated.
 *
 * @throws whatever the constructor of its class throws
 */
export function withContents(
  message: Message<object>,
  headers: MessageHeaders,
  body: unknown,
): Message<object> {
  const { restored } = message[INTERNALS];
  const { topic, severity, id, queue, priority, contentEncoding } = message;
  return restore(
    message.constructor as MessageClass,
    { topic, severity, body: body as object },
    {
      ...restored,
      id,
      queue,
      priority,
      headers,
      isOfUnknownSchema: restored?.isOfUnknownSchema ?? false,
      contentEncoding,
      bodyText: JSON.stringify(body),
    },
  );
}
