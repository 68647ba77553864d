import { INTERNALS } from '../message-internals.js';
import { assertMessage, type Message, type SerializedMessage } from '../message.js';
import { bodyText, outgoingBody } from '../wire/outgoing-body.js';
import { writtenHeaders } from '../wire/outgoing-headers.js';

/**
 * Writes messages in the file format: one JSON object per line, with a newline after each line. `loads` and the
 * `fedora-messaging publish` command of this package and of the Python library read that format. A received message
 * keeps its headers unchanged.
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
  // The file format has no null id: readers give a new id to a message without an id.
  if (id !== null) rest.id = id;
  // A newline in JSON text is always between tokens, so a space can replace it.
  const body = bodyText(internals, outgoingBody(internals)).replace(/[\r\n]+/g, ' ');
  return `{"body":${body},${JSON.stringify(rest).slice(1)}`;
}
