import { INTERNALS } from '../message-internals.js';
import { assertMessage, type Message, type SerializedMessage } from '../message.js';
import { bodyText, outgoingBody } from '../wire/outgoing-body.js';
import { writtenHeaders } from '../wire/outgoing-headers.js';

/**
 * Writes messages in the file format: one JSON object a line, each line ended by a newline. `loads` and
 * the `fedora-messaging publish` command, also the Python one, read it. The headers of a received message
 * are written as they came.
 *
 * @throws ValidationError when one of the messages does not conform to its schema
 * @publicApi
 */
export function dumps(messages: Message<object> | Iterable<Message<object>>): string {
  const all = isIterable(messages) ? messages : [messages];
  let text = '';
  for (const message of all) text += `${dumpLine(message)}\n`;
  return text;
}

function isIterable(messages: object): messages is Iterable<Message<object>> {
  return typeof messages === 'object' && messages !== null && Symbol.iterator in messages;
}

function dumpLine(message: Message<object>): string {
  assertMessage('dumps()', message);
  message.validate();
  const { id, priority, queue, topic, [INTERNALS]: internals } = message;
  const rest: Partial<SerializedMessage> = { headers: writtenHeaders(internals), priority, queue, topic };
  // The form has no null id: readers give a message without one an id of its own.
  if (id !== null) rest.id = id;
  // A newline in JSON text stands between tokens, where a space is as good.
  const body = bodyText(internals, outgoingBody(internals)).replace(/[\r\n]+/g, ' ');
  return `{"body":${body},${JSON.stringify(rest).slice(1)}`;
}
