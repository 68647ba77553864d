import { describeError, shownValue } from '../../exceptions/index.js';
import { fieldTable, FieldTableError } from '../../field-tables/index.js';
import { LibraryLogger } from '../../logging/index.js';
import {
  FILTER_HEADERS,
  type MessageHeaders,
  PRIORITY_HEADER,
  SCHEMA_HEADER,
  SCHEMA_PACKAGE_HEADER,
  SENT_AT_HEADER,
  sentAt,
  SEVERITY_HEADER,
} from '../message-headers.js';
import type { MessageInternals } from '../message-internals.js';
import { nameOf } from '../message-name.js';
import { invalid } from '../message-validator.js';

const logger = new LibraryLogger();

/** The headers that `message.headers` returns: those received, or those of a new message with the library's headers. */
export function shownHeaders(message: MessageInternals): MessageHeaders {
  return message.restored ? message.headers : withOwnHeaders(message, message.priority);
}

/** The headers to publish: the author's headers, and the library's headers, which take precedence. */
export function outgoingHeaders(message: MessageInternals, defaultPriority?: number): MessageHeaders {
  const headers = withOwnHeaders(message, message.priority ?? defaultPriority);
  addFilterHeaders(message, headers);
  return headers;
}

/** The headers to write to a file: of a delivery as received, of any other message as publishing would send them. */
export function writtenHeaders(message: MessageInternals): MessageHeaders {
  return message.restored?.properties ? message.headers : outgoingHeaders(message);
}

/**
 * Encodes headers for AMQP. A Date becomes an AMQP timestamp.
 *
 * @throws ValidationError when AMQP has no form for a value or a name
 */
export function encodableHeaders({ face }: MessageInternals, headers: MessageHeaders): MessageHeaders {
  try {
    return fieldTable(headers);
  } catch (error) {
    // A getter or a Proxy of the application threw.
    if (!(error instanceof FieldTableError)) {
      throw invalid(nameOf(face), '/headers', `can't be read: ${describeError(error)}`, error);
    }
    const path = error.path.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
    throw invalid(nameOf(face), `/headers${path}`, `${error.problem}${originOf(error.path[0])}`);
  }
}

function withOwnHeaders(
  { face, headers, type, restored, createdAt }: MessageInternals,
  priority: number | undefined,
): MessageHeaders {
  const all = { ...headers };
  if (!restored?.isOfUnknownSchema) {
    all[SCHEMA_HEADER] = type.name;
    if (type.package !== undefined) all[SCHEMA_PACKAGE_HEADER] = type.package;
  }
  all[SEVERITY_HEADER] = face.severity;
  if (!restored) all[SENT_AT_HEADER] = sentAt(createdAt);
  all[PRIORITY_HEADER] = priority ?? 0;
  return all;
}

function addFilterHeaders({ face, type }: MessageInternals, headers: MessageHeaders): void {
  for (const accessor of type.filterAccessors) {
    try {
      let skipped = 0;
      for (const item of face[accessor] as Iterable<unknown>) {
        if (isFilterItem(item)) headers[FILTER_HEADERS[accessor] + item] = true;
        else skipped++;
      }
      if (skipped > 0) {
        logger.warn(
          `${nameOf(face)} goes without some filter headers: the accessor '${accessor}' of ${face.constructor.name} has items that are neither strings nor numbers (${skipped})`,
        );
      }
    } catch (error) {
      logger.warn(
        `${nameOf(face)} goes without the filter headers of the accessor '${accessor}' of ${face.constructor.name}, which failed: ${describeError(error)}`,
      );
    }
  }
}

/** Whether an item can be part of a header's name. Numbers are written as digits, as the Python library does. */
function isFilterItem(item: unknown): item is string | number {
  return typeof item === 'string' || Number.isFinite(item);
}

/** Tells which accessor a filter header comes from, because its author never wrote the name of the header. */
function originOf(name = ''): string {
  for (const [accessor, prefix] of Object.entries(FILTER_HEADERS)) {
    if (name.startsWith(prefix)) {
      return `; it comes from the item ${shownValue(name.slice(prefix.length))} of the accessor '${accessor}'`;
    }
  }
  return '';
}
