import type { Table } from '../port.js';
import type { StoredMessage } from './message.js';
import type { DeathReason, Queue } from './queue.js';
import { copyOfTable } from './tables.js';

const DEATHS_HEADER = 'x-death';
const MILLISECONDS_A_SECOND = 1000;

interface Death extends Table {
  readonly queue: string;
  readonly reason: DeathReason;
  readonly count: number;
}

/**
 * Makes the dead letter of a message that leaves a queue. The dead letter has one more death in its headers, and no
 * time to live, so that it does not expire again.
 *
 * @returns undefined when the queue has no dead-letter exchange
 */
export function deadLetter(
  { name, terms }: Queue,
  { exchange, routingKey, content, properties, headers }: StoredMessage,
  reason: DeathReason,
): StoredMessage | undefined {
  const { deadLetterExchange, deadLetterRoutingKey } = terms;
  if (deadLetterExchange === undefined) return undefined;
  const { expiration } = properties;
  const withDeath = headersWithDeath(headers, {
    count: 1,
    reason,
    queue: name,
    time: { '!': 'timestamp', value: Math.floor(Date.now() / MILLISECONDS_A_SECOND) },
    exchange,
    'routing-keys': [routingKey, ...copiesIn(headers)],
    ...(expiration !== undefined && { 'original-expiration': expiration }),
  });
  // A dead letter with a routing key of its own does not go to the queues of the CC header.
  if (deadLetterRoutingKey !== undefined) delete withDeath['CC'];
  return {
    exchange: deadLetterExchange,
    routingKey: deadLetterRoutingKey ?? routingKey,
    content,
    headers: withDeath,
    properties: { ...properties, headers: withDeath, expiration: undefined },
  };
}

/**
 * Whether a dead letter must not go to a queue, because it would go round for ever: it has died in that queue before,
 * and no consumer rejected it there or on the way back.
 */
export function isCircle({ name }: Queue, { headers }: StoredMessage): boolean {
  const deaths = deathsIn(headers);
  const last = deaths.findIndex(({ queue }) => queue === name);
  return last >= 0 && deaths.slice(0, last + 1).every((death) => death.reason !== 'rejected');
}

/** Adds a death to headers as RabbitMQ does: the last death comes first, and each queue and reason has one entry. */
function headersWithDeath(headers: Table, death: Death & Readonly<Record<'exchange', unknown>>): Table {
  const deaths = deathsIn(headers);
  const isSame = ({ queue, reason }: Death): boolean => queue === death.queue && reason === death.reason;
  const earlier = deaths.find(isSame);
  const isFirst = !(DEATHS_HEADER in headers);
  return {
    ...copyOfTable(headers),
    ...(isFirst && {
      'x-first-death-exchange': death.exchange,
      'x-first-death-queue': death.queue,
      'x-first-death-reason': death.reason,
    }),
    [DEATHS_HEADER]: [
      earlier ? { ...earlier, count: earlier.count + 1 } : death,
      ...deaths.filter((other) => !isSame(other)),
    ],
  };
}

/** The deaths in headers. A publisher may have written anything there, so other entries are dropped. */
function deathsIn(headers: Table): Death[] {
  const deaths = headers[DEATHS_HEADER];
  if (!Array.isArray(deaths)) return [];
  return deaths.filter((death: Partial<Death> | null) => typeof death?.queue === 'string');
}

function copiesIn({ CC: copies }: Table): unknown[] {
  return Array.isArray(copies) ? copies : [];
}
