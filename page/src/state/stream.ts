import type { MessageRecord, OutcomeChange } from '../../../lib/page/protocol.js';

/** The most records that are listed, and the most that wait while the list is paused: 2,000 in all. */
export const MAX_SHOWN = 1_000;
export const MAX_WAITING = 1_000;

/** Why the list stands still: the visitor paused it, or reads a message in it. */
export type Pause = 'by-hand' | 'reading';

export interface Stream {
  /** By ascending seq. */
  readonly shown: readonly MessageRecord[];
  /** Messages that came since the list was paused, by ascending seq. */
  readonly waiting: readonly MessageRecord[];
  readonly pause?: Pause;
  /** Messages that match the filters and are not, or no longer, in `shown` or `waiting` because there were too many. */
  readonly leftOut: number;
  /** The snapshot that replaces the list has not come: the first, or that after a change of the filters. */
  readonly isStale?: true;
}

export const EMPTY_STREAM: Stream = { shown: [], waiting: [], leftOut: 0 };

export function paused(stream: Stream, pause: Pause): Stream {
  // A pause by hand is not weakened by reading.
  return stream.pause === 'by-hand' || stream.pause === pause ? stream : { ...stream, pause };
}

export function resumed(stream: Stream): Stream {
  const { pause, waiting, ...others } = stream;
  return pause ? listed({ ...others, waiting: [] }, waiting) : stream;
}

/** The stream before its first snapshot, or after its filters changed. A list that stood still to be read goes on: it will be another list. */
export function stale({ shown, pause }: Stream): Stream {
  return { shown, waiting: [], leftOut: 0, isStale: true, ...(pause === 'by-hand' && { pause }) };
}

/** The stream after new messages came, and after messages were left out. */
export function received(stream: Stream, messages: readonly MessageRecord[], leftOut = 0): Stream {
  const counted = stream.leftOut + leftOut;
  if (messages.length === 0) return leftOut === 0 ? stream : { ...stream, leftOut: counted };
  if (!stream.pause) return listed({ ...stream, leftOut: counted }, messages);
  const all = merged(stream.waiting, messages);
  const waiting = last(all, MAX_WAITING);
  return { ...stream, waiting, leftOut: counted + all.length - waiting.length };
}

/** The stream with more messages in its list, of which the oldest may be too many. */
function listed(stream: Stream, messages: readonly MessageRecord[]): Stream {
  const all = merged(stream.shown, messages);
  const shown = last(all, MAX_SHOWN);
  return { ...stream, shown, leftOut: stream.leftOut + all.length - shown.length };
}

/** The stream after messages were settled. */
export function settled(stream: Stream, changes: readonly OutcomeChange[]): Stream {
  if (changes.length === 0) return stream;
  return {
    ...stream,
    shown: withOutcomes(stream.shown, changes),
    waiting: withOutcomes(stream.waiting, changes),
  };
}

/**
 * The stream after a snapshot came. After a lost connection a paused list keeps its messages, with the outcomes of the
 * snapshot, and the newer messages wait. After a change of the filters it shows the snapshot, and stays paused.
 */
export function restarted(stream: Stream, messages: readonly MessageRecord[], leftOut: number): Stream {
  const { pause, isStale } = stream;
  if (!pause || isStale) {
    return { shown: last(messages, MAX_SHOWN), waiting: [], leftOut, ...(pause && { pause }) };
  }
  const { shown, waiting } = stream;
  const newest = (waiting.at(-1) ?? shown.at(-1))?.seq ?? 0;
  const newer = messages.filter(({ seq }) => seq > newest);
  // The snapshot leaves out its oldest messages. The list has those up to its newest message.
  const missing = Math.max(0, (messages[0]?.seq ?? 0) - newest - 1);
  return received(
    { ...stream, shown: refreshed(shown, messages), waiting: refreshed(waiting, messages) },
    newer,
    Math.min(leftOut, missing),
  );
}

export function findRecord({ shown, waiting }: Stream, seq: number): MessageRecord | undefined {
  return shown[indexOf(shown, seq)] ?? waiting[indexOf(waiting, seq)];
}

/** The index of a seq in records by ascending seq, or -1. */
export function indexOf(records: readonly MessageRecord[], seq: number): number {
  let low = 0;
  let high = records.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = records[middle]!.seq;
    if (found === seq) return middle;
    if (found < seq) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/**
 * Two lists by ascending seq as one. Messages may come late: with a filter of outcomes, when they are settled. Of two
 * records of a message, that of `messages` is the newer.
 */
function merged(
  records: readonly MessageRecord[],
  messages: readonly MessageRecord[],
): readonly MessageRecord[] {
  const [first] = messages;
  if (!first || first.seq > (records.at(-1)?.seq ?? 0)) return [...records, ...messages];
  const bySeq = new Map([...records, ...messages].map((record) => [record.seq, record]));
  return [...bySeq.values()].sort((one, other) => one.seq - other.seq);
}

/** The records, each as `messages` has it. A record that is not in `messages` stays as it is. */
function refreshed(
  records: readonly MessageRecord[],
  messages: readonly MessageRecord[],
): readonly MessageRecord[] {
  return records.map((record) => messages[indexOf(messages, record.seq)] ?? record);
}

function withOutcomes(
  records: readonly MessageRecord[],
  changes: readonly OutcomeChange[],
): readonly MessageRecord[] {
  let copy: MessageRecord[] | undefined;
  for (const { seq, ...change } of changes) {
    const index = indexOf(records, seq);
    if (index === -1) continue;
    copy ??= [...records];
    copy[index] = { ...copy[index]!, ...change };
  }
  return copy ?? records;
}

function last<T>(items: readonly T[], count: number): readonly T[] {
  return items.length > count ? items.slice(-count) : items;
}
