import type { ConsumeMessage, Publication } from '../../broker/index.js';
import { describeError } from '../../exceptions/index.js';
import {
  SCHEMA_HEADER,
  SCHEMA_PACKAGE_HEADER,
  SENT_AT_HEADER,
  SEVERITY_HEADER,
} from '../../message/index.js';
import type { RetryQueues } from './retry-queues.js';

/** What a message carries through the retry queues, and does not show to handlers. */
const ATTEMPT_HEADER = 'x-retry-attempt';
const TOPIC_HEADER = 'x-retry-topic';
const ERROR_HEADER = 'x-retry-error';
/** What RabbitMQ writes of the queues that a message has expired in or was rejected from, the last one first. */
const DEATHS_HEADER = 'x-death';
/** An error's text is for people; headers are limited. */
const LONGEST_ERROR = 1000;
/** What RabbitMQ acts on: it would put a copy into the queues that a publisher names there. */
const ROUTING_HEADERS = ['CC', 'BCC'];
/** What says which message it is, even if nothing else of the headers can be kept. */
const ESSENTIAL_HEADERS = [SCHEMA_HEADER, SCHEMA_PACKAGE_HEADER, SEVERITY_HEADER, SENT_AT_HEADER];
const LONGEST_ESSENTIAL = 255;

type Headers = Record<string, unknown>;

/**
 * Takes what this library has written off a message that came back through the retry queues, or was put back from the
 * parking queue. What anybody else has written is left alone: publishers are free in the headers, but not in what the
 * broker says of the way that a message took.
 *
 * @returns how often the message has failed already; 0 for one that comes for the first time
 */
export function takeRetryHeaders(delivery: ConsumeMessage, queues: RetryQueues): number {
  const headers = delivery.properties.headers;
  if (!headers || !hasComeBack(delivery, headers, queues)) return 0;
  const { [ATTEMPT_HEADER]: attempt, [TOPIC_HEADER]: topic } = headers;
  // On its way through the retry queue, its routing key was the name of a queue.
  if (typeof topic === 'string') delivery.fields.routingKey = topic;
  for (const name of [ATTEMPT_HEADER, TOPIC_HEADER, ERROR_HEADER]) delete headers[name];
  return Number.isSafeInteger(attempt) && (attempt as number) >= 1 ? (attempt as number) : 0;
}

/** The headers with which a message that has failed so often waits for its next attempt. */
export function retryHeaders(delivery: ConsumeMessage, failures: number, queues: RetryQueues): Headers {
  const headers = copied(delivery);
  delete headers[ERROR_HEADER];
  const deaths = foreignDeaths(headers[DEATHS_HEADER], queues);
  if (deaths.length > 0) headers[DEATHS_HEADER] = deaths;
  else delete headers[DEATHS_HEADER];
  return {
    ...headers,
    [ATTEMPT_HEADER]: failures,
    [TOPIC_HEADER]: delivery.fields.routingKey,
  };
}

/** The headers with which a message is parked; put back into its queue, it starts anew. */
export function parkingHeaders(delivery: ConsumeMessage, error: Error): Headers {
  const headers = copied(delivery);
  delete headers[ATTEMPT_HEADER];
  return { ...headers, ...whyParked(delivery, error) };
}

/** The few headers with which a message is parked whose own can't be written. */
export function fewHeaders(delivery: ConsumeMessage, error: Error): Headers {
  const headers = delivery.properties.headers ?? {};
  const essential = ESSENTIAL_HEADERS.filter((name) => isEssential(headers[name]));
  return {
    ...Object.fromEntries(essential.map((name) => [name, headers[name]])),
    ...whyParked(delivery, error),
  };
}

/** What a copy of a failed message is for; undefined for a message that is no such copy. */
export function purposeOfCopy({ exchange, properties }: Publication): 'retry' | 'park' | undefined {
  const headers = properties.headers ?? {};
  if (exchange !== '' || !Object.hasOwn(headers, TOPIC_HEADER)) return undefined;
  return Object.hasOwn(headers, ERROR_HEADER) ? 'park' : 'retry';
}

/** Whether a message was in one of the queues that only failed messages of this consumer get into. */
function hasComeBack({ fields }: ConsumeMessage, headers: Headers, queues: RetryQueues): boolean {
  if (fields.exchange !== '' || fields.routingKey !== queues.queue) return false;
  if (!Object.hasOwn(headers, TOPIC_HEADER)) return false;
  // An operator puts a parked message back, which need not have died anywhere.
  if (!Object.hasOwn(headers, DEATHS_HEADER)) return Object.hasOwn(headers, ERROR_HEADER);
  const deaths = headers[DEATHS_HEADER];
  const last = Array.isArray(deaths) ? placeOfDeath(deaths[0]) : undefined;
  return last !== undefined && queues.has(last);
}

function copied(delivery: ConsumeMessage): Headers {
  const headers = { ...delivery.properties.headers };
  for (const name of ROUTING_HEADERS) delete headers[name];
  return headers;
}

function whyParked({ fields }: ConsumeMessage, error: Error): Headers {
  return { [TOPIC_HEADER]: fields.routingKey, [ERROR_HEADER]: describeError(error).slice(0, LONGEST_ERROR) };
}

/**
 * The deaths in other queues. RabbitMQ drops a message that expires on its way to a queue where it has died
 * before, because it takes that for a circle; and its queue dies of a table that it has not written itself.
 */
function foreignDeaths(deaths: unknown, queues: RetryQueues): unknown[] {
  if (!Array.isArray(deaths)) return [];
  return deaths.filter((death) => {
    const queue = placeOfDeath(death);
    return queue !== undefined && queue !== queues.queue && !queues.has(queue);
  });
}

function placeOfDeath(death: unknown): string | undefined {
  const queue = (death as { queue?: unknown } | null | undefined)?.queue;
  return typeof queue === 'string' ? queue : undefined;
}

function isEssential(value: unknown): boolean {
  return typeof value === 'string'
    ? Buffer.byteLength(value) <= LONGEST_ESSENTIAL
    : Number.isSafeInteger(value);
}
