import type { ConsumeMessage, Publication } from '../../broker/index.js';
import { ValidationError } from '../../exceptions/index.js';
import { passedOn } from '../../message/index.js';

type Headers = Record<string, unknown>;
type Copied = Pick<ConsumeMessage, 'content' | 'properties'>;

/** The AMQP limit for a text property of a message. */
const MAX_PROPERTY_BYTES = 255;
/** Deeper tables are not written: each level of nesting takes stack. */
const MAX_DEPTH = 100;

/** A copy of a message for another queue. It has no expiration: the queue decides how long it waits. */
export function copyFor(queue: string, { content, properties }: Copied, headers: Headers): Publication {
  return copyOf(queue, content, {
    ...passedOn(properties),
    expiration: undefined,
    ...readProperties(properties),
    headers,
  });
}

/** A copy that can be written whatever the message contains: it has only the properties that this library reads. */
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

/** The properties that this library reads. */
function readProperties({
  contentType,
  contentEncoding,
  deliveryMode,
  priority,
  messageId,
}: ConsumeMessage['properties']) {
  return { contentType, contentEncoding, deliveryMode, priority, messageId };
}

/** Drops a text that has become too long: bytes that are not UTF-8 grow when they are written again. */
function writable(text: string | undefined): string | undefined {
  return text !== undefined && Buffer.byteLength(text) <= MAX_PROPERTY_BYTES ? text : undefined;
}

/** Why the headers of a copy can't be written; undefined if they can. */
export function unwritableHeaders(copy: Publication): ValidationError | undefined {
  if (hasPlainHeaders(copy)) return undefined;
  return new ValidationError('The copy', [
    { path: '/headers', message: "has a table with the key '!', or tables nested more than 100 deep" },
  ]);
}

/**
 * Whether amqplib can write the headers without changing their meaning. amqplib takes a table with the key `!` for a
 * typed value. Those that amqplib has read itself are timestamps or decimals; any other could become bytes for which
 * RabbitMQ closes the connection.
 */
function hasPlainHeaders({ properties }: Publication): boolean {
  return Object.values(properties.headers as Headers).every((value) => isPlain(value, 1));
}

function isPlain(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return true;
  if (depth > MAX_DEPTH) return false;
  if (Object.hasOwn(value, '!')) return isTypedValue(value as { '!': unknown; value?: unknown });
  // amqplib also writes properties that a table inherits from a prototype which its publisher has made.
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
