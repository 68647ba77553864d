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

/** Headers that a message carries through the retry queues; handlers do not see them. */
const ATTEMPT_HEADER = 'x-retry-attempt';
const TOPIC_HEADER = 'x-retry-topic';
const ERROR_HEADER = 'x-retry-error';
/** Further headers of a parked message: how often it has failed, and when it was parked (ISO 8601). */
const FAILURES_HEADER = 'x-retry-failures';
const PARKED_AT_HEADER = 'x-retry-parked-at';
const OWN_HEADERS = [ATTEMPT_HEADER, TOPIC_HEADER, ERROR_HEADER, FAILURES_HEADER, PARKED_AT_HEADER];
/** RabbitMQ's list of the queues in which a message expired or was rejected, the last queue first. */
const DEATHS_HEADER = 'x-death';
/** A quorum queue's count of how often the message came back to it. */
const DELIVERY_COUNT_HEADER = 'x-delivery-count';
/** All headers in which RabbitMQ records the way of a message. */
const BROKERS_HEADERS =
  /^x-(?:death|(?:first|last)-death-(?:exchange|queue|reason)|delivery-count|acquired-count)$/;
/** Error texts are cut to this length, because the size of headers is limited. */
const MAX_ERROR_CHARS = 1000;
/** Headers that RabbitMQ obeys: it would also route a copy to the queues that the publisher named there. */
const ROUTING_HEADERS = ['CC', 'BCC'];
/** Headers that identify the message; they are kept even when the other headers can't be. */
const ESSENTIAL_HEADERS = [SCHEMA_HEADER, SCHEMA_PACKAGE_HEADER, SEVERITY_HEADER, SENT_AT_HEADER];
const MAX_ESSENTIAL_BYTES = 255;

type Headers = Record<string, unknown>;

/** The failure that a message is parked for. */
type ParkingFailure = Pick<FailedDelivery, 'delivery' | 'error' | 'failures'>;

/** The parts of a message in a parking queue that are read here. */
type InParkingQueue = { readonly fields: { readonly routingKey: string } } & Pick<
  ConsumeMessage,
  'properties'
>;

/** The contents of a parked message's headers. A field is null if somebody else has put the message there. */
export interface ParkingNote {
  readonly topic: string;
  readonly error: string | null;
  readonly failures: number | null;
  readonly parkedAt: Date | null;
}

/**
 * Removes this library's headers from a message that came back through the retry queues, or that an operator put back
 * from the parking queue. Headers of other origin stay: publishers may write any header, so the broker's record of
 * the message's way decides.
 *
 * @returns how often the message has failed already; 0 for a message that comes for the first time
 */
export function takeRetryHeaders(delivery: ConsumeMessage, queues: RetryQueues): number {
  const headers = delivery.properties.headers;
  if (!headers || !hasComeBack(delivery, headers, queues)) return 0;
  const { [ATTEMPT_HEADER]: attempt, [TOPIC_HEADER]: topic } = headers;
  // The retry queue replaced the routing key by the name of the queue.
  if (typeof topic === 'string') delivery.fields.routingKey = topic;
  for (const name of OWN_HEADERS) delete headers[name];
  return Number.isSafeInteger(attempt) && (attempt as number) >= 1 ? (attempt as number) : 0;
}

/** The headers of a message that waits for its next attempt, after `failures` failures. */
export function retryHeaders(delivery: ConsumeMessage, failures: number, queues: RetryQueues): Headers {
  const headers = copyHeaders(delivery);
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

/** The headers of a message that is parked. When it is put back into its queue, its attempts start anew. */
export function parkingHeaders(failed: ParkingFailure): Headers {
  const headers = copyHeaders(failed.delivery);
  delete headers[ATTEMPT_HEADER];
  return { ...headers, ...whyParked(failed) };
}

/** The headers of a parked message whose own headers can't be written. */
export function fewHeaders(failed: ParkingFailure): Headers {
  const headers = failed.delivery.properties.headers ?? {};
  const essential = ESSENTIAL_HEADERS.filter((name) => isEssential(headers[name]));
  return {
    ...Object.fromEntries(essential.map((name) => [name, headers[name]])),
    ...whyParked(failed),
  };
}

/** Reads the headers of a message in a parking queue. */
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

/** The headers of a copy that stays in the parking queue: those of the message itself. */
export function stayingHeaders(message: InParkingQueue): Headers {
  const headers = copyHeaders(message);
  delete headers[DELIVERY_COUNT_HEADER];
  return headers;
}

/**
 * The headers of a parked message that goes back to its consumer. The consumer finds the topic in them, and counts
 * attempts anew.
 */
export function returningHeaders(message: InParkingQueue): Headers {
  const headers = stayingHeaders(message);
  // Without deaths, the consumer recognises the message by topic and error. The last death may be in a foreign queue.
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

/** Why a publication copies a failed message; undefined for other publications. */
export function purposeOfCopy({ exchange, properties }: Publication): 'retry' | 'park' | undefined {
  const headers = properties.headers ?? {};
  if (exchange !== '' || !Object.hasOwn(headers, TOPIC_HEADER)) return undefined;
  return Object.hasOwn(headers, ERROR_HEADER) ? 'park' : 'retry';
}

/** Whether a message was in a queue that only failed messages of this consumer reach. */
function hasComeBack({ fields }: ConsumeMessage, headers: Headers, queues: RetryQueues): boolean {
  if (fields.exchange !== '' || fields.routingKey !== queues.queue) return false;
  if (!Object.hasOwn(headers, TOPIC_HEADER)) return false;
  // A parked message that an operator puts back need not have died anywhere.
  if (!Object.hasOwn(headers, DEATHS_HEADER)) return Object.hasOwn(headers, ERROR_HEADER);
  const deaths = headers[DEATHS_HEADER];
  const last = Array.isArray(deaths) ? placeOfDeath(deaths[0]) : undefined;
  return last !== undefined && queues.has(last);
}

function copyHeaders({ properties }: Pick<ConsumeMessage, 'properties'>): Headers {
  const headers = { ...properties.headers };
  for (const name of ROUTING_HEADERS) delete headers[name];
  return headers;
}

function whyParked({ delivery, error, failures }: ParkingFailure): Headers {
  return {
    [TOPIC_HEADER]: delivery.fields.routingKey,
    [ERROR_HEADER]: describeError(error).slice(0, MAX_ERROR_CHARS),
    [FAILURES_HEADER]: failures,
    [PARKED_AT_HEADER]: new Date().toISOString(),
  };
}

/**
 * The deaths in queues of others. RabbitMQ drops a message that expires and returns to a queue where it died before:
 * it takes that for a cycle. Entries that RabbitMQ has not written itself are left out: they crash its queue.
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
    ? Buffer.byteLength(value) <= MAX_ESSENTIAL_BYTES
    : Number.isSafeInteger(value);
}
