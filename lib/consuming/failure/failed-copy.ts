import type { ConsumeMessage, Publication } from '../../broker/index.js';
import { ValidationError } from '../../exceptions/index.js';
import { passedOn } from '../../message/index.js';

type Headers = Record<string, unknown>;
type Copied = Pick<ConsumeMessage, 'content' | 'properties'>;

/** AMQP has no longer texts in the properties of a message, in bytes. */
const LONGEST_TEXT = 255;
/** Tables that are nested deeper are not written: each level takes some of the stack. */
const MAX_DEPTH = 100;

/** A copy of a message, for another queue, which says how long it waits there. */
export function copyFor(queue: string, { content, properties }: Copied, headers: Headers): Publication {
  return copyOf(queue, content, {
    ...passedOn(properties),
    expiration: undefined,
    ...readProperties(properties),
    headers,
  });
}

/** A copy that can be written whatever the message is like: of its properties, it has what this library reads. */
export function plainCopyFor(queue: string, { content, properties }: Copied, headers: Headers): Publication {
  const { contentType, contentEncoding, messageId, ...numbers } = readProperties(properties);
  return copyOf(queue, content, {
    contentType: writable(contentType),
    contentEncoding: writable(contentEncoding),
    messageId: writable(messageId),
    ...numbers,
    headers,
  });
}

function copyOf(queue: string, content: Buffer, properties: Publication['properties']): Publication {
  return { exchange: '', routingKey: queue, content, properties: { ...properties, mandatory: true } };
}

/** The properties that this library reads of a message. */
function readProperties({
  contentType,
  contentEncoding,
  deliveryMode,
  priority,
  messageId,
}: ConsumeMessage['properties']) {
  return { contentType, contentEncoding, deliveryMode, priority, messageId };
}

/** Bytes that are no UTF-8 become longer when they are written again. */
function writable(text: string | undefined): string | undefined {
  return text !== undefined && Buffer.byteLength(text) <= LONGEST_TEXT ? text : undefined;
}

/** Why the headers of a copy can't be written; undefined if they can. */
export function unwritableHeaders(copy: Publication): ValidationError | undefined {
  if (hasPlainHeaders(copy)) return undefined;
  return new ValidationError('The copy', [
    { path: '/headers', message: "has a table with the key '!', or tables nested more than 100 deep" },
  ]);
}

/**
 * Whether the tables in the headers can be written, and mean to amqplib what they are. It takes a table with the key `!` for a value with its
 * type: those that it has read itself are a time or a decimal, and any other could even become a number that RabbitMQ closes
 * the connection for.
 */
function hasPlainHeaders({ properties }: Publication): boolean {
  return Object.values(properties.headers as Headers).every((value) => isPlain(value, 1));
}

function isPlain(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return true;
  if (depth > MAX_DEPTH) return false;
  if (Object.hasOwn(value, '!')) return isTypedValue(value as { '!': unknown; value?: unknown });
  // What a table inherits from a prototype of the publisher's making is written, too.
  for (const name in value) if (!isPlain((value as Headers)[name], depth + 1)) return false;
  return true;
}

function isTypedValue(typed: { '!': unknown; value?: unknown }): boolean {
  if (Object.keys(typed).length !== 2) return false;
  const { '!': type, value } = typed;
  if (type === 'timestamp') return Number.isSafeInteger(value) && (value as number) >= 0;
  const { places, digits } = (value ?? {}) as { places?: unknown; digits?: unknown };
  return type === 'decimal' && Number.isInteger(places) && Number.isInteger(digits);
}
