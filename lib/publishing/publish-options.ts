import { assertKnownKeys } from '../config/index.js';
import { shownValue } from '../exceptions/index.js';
import { isName, MAX_NAME } from '../field-tables/index.js';
import { passedOn, type PassedOnProperties } from '../message/index.js';

/**
 * The options for publishing one message. The last six are AMQP properties, which consumers read from their context. A
 * received message that is published again keeps those that it came with, unless an option replaces them.
 *
 * @publicApi
 */
export interface PublishOptions {
  /** The exchange. Default: the setting `publishExchange`, which is `amq.topic` unless configured. */
  exchange?: string;
  /**
   * How long the publish may take, signals and reconnections included, in milliseconds; Infinity means no limit.
   * Default: 30,000.
   */
  timeout?: number;
  /**
   * Whether a message that reaches no queue is an error (PublishReturned). Default: false, because a topic may have
   * no listeners.
   */
  mandatory?: boolean;
  /**
   * How long the message may wait in a queue, in milliseconds: a whole number from 0 to 315,360,000,000, which is
   * RabbitMQ's limit of ten years. Then the broker discards or dead-letters it. With 0, a queue without a ready consumer
   * does not keep the message. A message that waits for a retry in the broker loses it. Default: no limit.
   */
  expiration?: number;
  /** Connects the message with another one, such as a reply with its request; at most 255 bytes. Default: none. */
  correlationId?: string;
  /** The kind of the message, for programs that read AMQP's `type`; at most 255 bytes. Default: none. */
  type?: string;
  /**
   * The time of the event, as a Date or in seconds since 1970. AMQP keeps whole seconds. The header `sent-at` is not
   * changed. Default: none.
   */
  timestamp?: Date | number;
  /** The application that publishes, as AMQP's `app-id`; at most 255 bytes. Default: none. */
  appId?: string;
  /** The queue for replies; at most 255 bytes. RabbitMQ's direct reply-to is not possible. Default: none. */
  replyTo?: string;
}

const KEYS = Object.keys({
  exchange: true,
  timeout: true,
  mandatory: true,
  expiration: true,
  correlationId: true,
  type: true,
  timestamp: true,
  appId: true,
  replyTo: true,
} satisfies Record<keyof PublishOptions, true>);
const TEXTS = ['correlationId', 'type', 'appId', 'replyTo'] as const;
/** RabbitMQ's limit: ten years. */
const MAX_EXPIRATION_MS = 315_360_000_000;
/** RabbitMQ closes the channel for it, because the channel that publishes has no consumer. */
const DIRECT_REPLY_TO = 'amq.rabbitmq.reply-to';
/** The last second of the year 9999. A number of milliseconds since 1970 is larger from 1978 on. */
const LAST_SECOND = 253_402_300_799;

/**
 * Checks the options of a publish.
 *
 * @param more further keys that the caller accepts
 * @throws ConfigurationException when an option is unknown
 * @throws TypeError when the value of an option is invalid
 */
export function assertPublishOptions(options: PublishOptions, more: readonly string[] = []): void {
  if (options === null || typeof options !== 'object') {
    throw new TypeError(`publish() needs an object of options, but was given ${shownValue(options)}`);
  }
  assertKnownKeys('The options of publish()', options, [...KEYS, ...more]);
  const { timeout, exchange, expiration, timestamp } = options;
  if (timeout !== undefined && !(typeof timeout === 'number' && timeout >= 0)) {
    throw wrong('a timeout in milliseconds of at least 0', timeout);
  }
  if (exchange !== undefined) assertExchange(exchange);
  if (expiration !== undefined && !isExpiration(expiration)) {
    throw wrong(`an expiration in milliseconds, a whole number from 0 to ${MAX_EXPIRATION_MS}`, expiration);
  }
  if (timestamp !== undefined) assertTimestamp(timestamp);
  for (const option of TEXTS) {
    const text: unknown = options[option];
    if (text === undefined || (typeof text === 'string' && isName(text))) continue;
    throw wrong(`'${option}' to be a string of at most ${MAX_NAME} bytes`, text);
  }
  if (options.replyTo === DIRECT_REPLY_TO) {
    throw new TypeError(
      `publish() can't use RabbitMQ's direct reply-to (${DIRECT_REPLY_TO}), which needs a consumer on the channel that publishes: give the name of a queue`,
    );
  }
}

/** The AMQP properties among the options; undefined when there is none, as with most messages. */
export function givenProperties(options: PublishOptions): PassedOnProperties | undefined {
  const { timestamp } = options;
  return passedOn({ ...options, timestamp: timestamp === undefined ? undefined : secondsOf(timestamp) });
}

function isExpiration(expiration: unknown): boolean {
  return (
    Number.isInteger(expiration) && (expiration as number) >= 0 && (expiration as number) <= MAX_EXPIRATION_MS
  );
}

function secondsOf(timestamp: Date | number): number {
  return Math.floor(timestamp instanceof Date ? timestamp.getTime() / 1000 : timestamp);
}

function assertTimestamp(timestamp: unknown): void {
  const seconds = timestamp instanceof Date ? timestamp.getTime() / 1000 : timestamp;
  if (typeof seconds === 'number' && seconds >= 0 && seconds <= LAST_SECOND) return;
  const advice =
    typeof timestamp === 'number' && timestamp > LAST_SECOND ? '; for milliseconds, give a Date' : '';
  throw wrong('a timestamp from 1970 to 9999, as a Date or in seconds', timestamp, advice);
}

function assertExchange(exchange: unknown): void {
  if (typeof exchange !== 'string') {
    throw new TypeError(`publish() needs the name of an exchange, but was given ${typeof exchange}`);
  }
  if (!isName(exchange)) {
    throw new TypeError(
      `publish() needs the name of an exchange, of at most ${MAX_NAME} bytes, but was given a name of ${Buffer.byteLength(exchange)} bytes`,
    );
  }
}

function wrong(needed: string, given: unknown, advice = ''): TypeError {
  return new TypeError(`publish() needs ${needed}, but was given ${shownValue(given)}${advice}`);
}
