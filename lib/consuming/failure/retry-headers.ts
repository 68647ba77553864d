import type { ConsumeMessage, Publication } from '../../broker/index.js';
import { describeError } from '../../exceptions/index.js';
import {
  SCHEMA_HEADER,
  SCHEMA_PACKAGE_HEADER,
  SENT_AT_HEADER,
  SEVERITY_HEADER,
} from '../../message/index.js';
import type { FailedDelivery } from './error-policy.js';
import type { RetryQueues } from './retry-queues.js';

/** What a message carries through the retry queues, and does not show to handlers. */
const ATTEMPT_HEADER = 'x-retry-attempt';
const TOPIC_HEADER = 'x-retry-topic';
const ERROR_HEADER = 'x-retry-error';
/** Next to the error of a parked message: how often it has failed, and when it was parked (ISO 8601). */
const FAILURES_HEADER = 'x-retry-failures';
const PARKED_AT_HEADER = 'x-retry-parked-at';
const OWN_HEADERS = [ATTEMPT_HEADER, TOPIC_HEADER, ERROR_HEADER, FAILURES_HEADER, PARKED_AT_HEADER];
/** What RabbitMQ writes of the queues that a message has expired in or was rejected from, the last one first. */
const DEATHS_HEADER = 'x-death';
/** What a quorum queue writes: how often it has had the message back. */
const DELIVERY_COUNT_HEADER = 'x-delivery-count';
/** What RabbitMQ writes of the way that a message took, besides. */
const BROKERS_HEADERS =
  /^x-(?:death|(?:first|last)-death-(?:exchange|queue|reason)|delivery-count|acquired-count)$/;
/** An error's text is for people; headers are limited. */
const LONGEST_ERROR = 1000;
/** What RabbitMQ acts on: it would put a copy into the queues that a publisher names there. */
const ROUTING_HEADERS = ['CC', 'BCC'];
/** What says which message it is, even if nothing else of the headers can be kept. */
const ESSENTIAL_HEADERS = [SCHEMA_HEADER, SCHEMA_PACKAGE_HEADER, SEVERITY_HEADER, SENT_AT_HEADER];
const LONGEST_ESSENTIAL = 255;

type Headers = Record<string, unknown>;

/** The failure that a message is parked for. */
type ParkingFailure = Pick<FailedDelivery, 'delivery' | 'error' | 'failures'>;

/** A message in a parking queue, as far as its headers say something. */
type InParkingQueue = { readonly fields: { readonly routingKey: string } } & Pick<
  ConsumeMessage,
  'properties'
>;

/** What the headers of a message in a parking queue say; null where somebody else has put it there. */
export interface ParkingNote {
  readonly topic: string;
  readonly error: string | null;
  readonly failures: number | null;
  readonly parkedAt: Date | null;
}

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
  for (const name of OWN_HEADERS) delete headers[name];
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
export function parkingHeaders(failed: ParkingFailure): Headers {
  const headers = copied(failed.delivery);
  delete headers[ATTEMPT_HEADER];
  return { ...headers, ...whyParked(failed) };
}

/** The few headers with which a message is parked whose own can't be written. */
export function fewHeaders(failed: ParkingFailure): Headers {
  const headers = failed.delivery.properties.headers ?? {};
  const essential = ESSENTIAL_HEADERS.filter((name) => isEssential(headers[name]));
  return {
    ...Object.fromEntries(essential.map((name) => [name, headers[name]])),
    ...whyParked(failed),
  };
}

/** What is written in a message in a parking queue. */
export function parkingNoteOf({ fields, properties }: InParkingQueue): ParkingNote {
  const headers = properties.headers ?? {};
  const [topic, error, failures, parkedAt] = [
    TOPIC_HEADER,
    ERROR_HEADER,
    FAILURES_HEADER,
    PARKED_AT_HEADER,
  ].map((name) => headers[name]);
  return {
    topic: typeof topic === 'string' ? topic : fields.routingKey,
    error: typeof error === 'string' ? error : null,
    failures: Number.isSafeInteger(failures) ? (failures as number) : null,
    parkedAt: timeOf(parkedAt),
  };
}

/** The headers with which a copy of a parked message stays in the parking queue: its own. */
export function stayingHeaders(message: InParkingQueue): Headers {
  const headers = copied(message);
  delete headers[DELIVERY_COUNT_HEADER];
  return headers;
}

/** The headers with which a parked message goes back to its consumer, which finds its topic in them and counts anew. */
export function returningHeaders(message: InParkingQueue): Headers {
  const headers = stayingHeaders(message);
  // Without deaths, its consumer knows it by its topic and error; the last death may have been in a queue of others.
  for (const name of [FAILURES_HEADER, PARKED_AT_HEADER, DEATHS_HEADER]) delete headers[name];
  return headers;
}

/** The headers that the publisher of a parked message gave it. */
export function publishersHeaders({ properties }: InParkingQueue): Headers {
  return Object.fromEntries(
    Object.entries(properties.headers ?? {}).filter(
      ([name]) => !OWN_HEADERS.includes(name) && !BROKERS_HEADERS.test(name),
    ),
  );
}

/** How often a quorum queue has had a message back; 0 in other queues. */
export function returnsOf({ properties }: Pick<ConsumeMessage, 'properties'>): number {
  const count = properties.headers?.[DELIVERY_COUNT_HEADER];
  return typeof count === 'number' ? count : 0;
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

function copied({ properties }: Pick<ConsumeMessage, 'properties'>): Headers {
  const headers = { ...properties.headers };
  for (const name of ROUTING_HEADERS) delete headers[name];
  return headers;
}

function whyParked({ delivery, error, failures }: ParkingFailure): Headers {
  return {
    [TOPIC_HEADER]: delivery.fields.routingKey,
    [ERROR_HEADER]: describeError(error).slice(0, LONGEST_ERROR),
    [FAILURES_HEADER]: failures,
    [PARKED_AT_HEADER]: new Date().toISOString(),
  };
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

function timeOf(value: unknown): Date | null {
  const time = new Date(typeof value === 'string' ? value : NaN);
  return Number.isNaN(time.getTime()) ? null : time;
}

function isEssential(value: unknown): boolean {
  return typeof value === 'string'
    ? Buffer.byteLength(value) <= LONGEST_ESSENTIAL
    : Number.isSafeInteger(value);
}
