import { fieldTable, FieldTableError } from '../../field-tables/index.js';
import { FILTER_HEADERS, type MessageHeaders } from '../message-headers.js';
import { invalid, nameOf, quote } from '../message-validator.js';
import type { Message } from '../message.js';

/**
 * The headers as they go out, with Dates as AMQP timestamps.
 *
 * @throws ValidationError when AMQP has no form for a value or a name
 */
export function encodableHeaders(message: Message<object>, headers: MessageHeaders): MessageHeaders {
  try {
    return fieldTable(headers);
  } catch (error) {
    if (!(error instanceof FieldTableError)) throw error;
    const path = error.path.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
    throw invalid(nameOf(message), `/headers${path}`, `${error.problem}${originOf(error.path[0])}`);
  }
}

/** Which accessor a filter header comes from: its author never wrote the name of the header. */
function originOf(name = ''): string {
  for (const [accessor, prefix] of Object.entries(FILTER_HEADERS)) {
    if (name.startsWith(prefix)) {
      return `; it comes from the item ${quote(name.slice(prefix.length))} of the accessor '${accessor}'`;
    }
  }
  return '';
}
