import { isName } from '../../field-tables/index.js';
import type {
  ConsumeMessage,
  DeliveryFields,
  MessageProperties,
  PublishProperties,
  ReturnedMessage,
  Table,
} from '../port.js';
import { integerProblem } from './queue-arguments.js';
import { Refusal } from './refusal.js';
import { copyOfTable, tableOnWire, wellFormed } from './tables.js';

/** The reply code with which RabbitMQ returns a message that no queue gets. */
const NO_ROUTE = 312;

/** RabbitMQ's limit for the expiration of a message, in milliseconds. */
const MAX_EXPIRATION_MS = 315_360_000_000;

/** A message as the broker keeps it. Queues share it, so it is never changed. */
export interface StoredMessage {
  readonly exchange: string;
  readonly routingKey: string;
  readonly content: Buffer;
  readonly properties: MessageProperties;
  readonly headers: Table;
  /** The object that the message was made of, if no connection published the message. */
  readonly origin?: object | undefined;
}

/**
 * A message as it arrives from a connection. It is a copy, so the publisher may change its own objects afterwards.
 *
 * @throws TypeError, RangeError when AMQP has no form for a value, as amqplib does
 */
export function messageOnWire(
  exchange: string,
  routingKey: string,
  content: Buffer,
  given: PublishProperties,
  origin?: object,
): StoredMessage {
  if (!Buffer.isBuffer(content)) throw new TypeError('content is not a buffer');
  const headers = tableOnWire(given.headers ?? {});
  return {
    exchange: text('exchange', exchange)!,
    routingKey: text('routingKey', routingKey)!,
    content: Buffer.from(content),
    headers,
    properties: {
      contentType: text('contentType', given.contentType),
      contentEncoding: text('contentEncoding', given.contentEncoding),
      headers,
      deliveryMode: octet('deliveryMode', deliveryMode(given.deliveryMode)),
      priority: octet('priority', given.priority),
      correlationId: text('correlationId', given.correlationId),
      replyTo: text('replyTo', given.replyTo),
      expiration: text('expiration', given.expiration?.toString()),
      messageId: text('messageId', given.messageId),
      timestamp: timestamp(given.timestamp),
      type: text('type', given.type),
      userId: text('userId', given.userId),
      appId: text('appId', given.appId),
      clusterId: undefined,
    },
    origin,
  };
}

/** The message as it arrives at a consumer: a copy for this consumer only. */
export function deliveredMessage(
  { content, properties, headers }: StoredMessage,
  fields: DeliveryFields,
): ConsumeMessage {
  return {
    fields,
    properties: { ...properties, headers: copyOfTable(headers) },
    content: Buffer.from(content),
  };
}

/** The message as the broker returns it to its publisher, because no queue gets it. */
export function returnedMessage({
  exchange,
  routingKey,
  content,
  properties,
}: StoredMessage): ReturnedMessage {
  return {
    fields: { exchange, routingKey, replyCode: NO_ROUTE, replyText: 'NO_ROUTE' },
    content,
    properties,
  };
}

/** @throws Refusal when RabbitMQ would not take a message with such properties */
export function assertPublishable({ properties }: StoredMessage, user: string): void {
  const { expiration, userId } = properties;
  if (userId !== undefined && userId !== user) {
    throw new Refusal(406, `user_id property set to '${userId}' but authenticated user was '${user}'`);
  }
  if (expiration === undefined) return;
  const [, digits, rest] = /^([-+]?\d+)?(.*)$/s.exec(expiration)!;
  const problem =
    digits === undefined
      ? 'no_integer'
      : rest === ''
        ? integerProblem(Number(digits), 0, MAX_EXPIRATION_MS)
        : `{leftover_string,"${rest}"}`;
  if (problem !== undefined) throw new Refusal(406, `invalid expiration '${expiration}': ${problem}`);
}

/** @throws TypeError when AMQP has no room for a name */
export function assertName(field: string, name: unknown): asserts name is string {
  if (typeof name === 'string' && isName(name)) return;
  throw new TypeError(`Field '${field}' is the wrong type; must be a string (up to 255 chars)`);
}

function text(field: string, given: string | undefined | null): string | undefined {
  if (given === undefined || given === null) return undefined;
  assertName(field, given);
  return wellFormed(given);
}

function deliveryMode(given: number | boolean | undefined): number | undefined {
  if (typeof given === 'number') return given;
  return given ? 2 : undefined;
}

function octet(field: string, given: number | undefined | null): number | undefined {
  if (given === undefined || given === null) return undefined;
  assertNumber(field, given);
  if (given < 0 || given > 255)
    throw new RangeError(`Field '${field}' is ${given}, but AMQP has one byte for it`);
  return Math.trunc(given);
}

function timestamp(given: number | undefined | null): number | undefined {
  if (given === undefined || given === null) return undefined;
  assertNumber('timestamp', given);
  if (!(Number.isInteger(given) && given >= 0))
    throw new RangeError(`Field 'timestamp' is ${given}, no time`);
  return given;
}

function assertNumber(field: string, given: unknown): void {
  if (typeof given === 'number' && !Number.isNaN(given)) return;
  throw new TypeError(`Field '${field}' is the wrong type; must be a number (but not NaN)`);
}
