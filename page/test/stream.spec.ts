import { expect, it } from 'vitest';
import {
  EMPTY_STREAM,
  findRecord,
  MAX_SHOWN,
  MAX_WAITING,
  paused,
  received,
  restarted,
  resumed,
  settled,
  stale,
} from '../src/state/stream.js';
import { record, records } from './records.js';

const seqs = (messages: readonly { seq: number }[]): number[] => messages.map(({ seq }) => seq);

it('new messages are listed at once while the list is not paused', () => {
  const stream = received(received(EMPTY_STREAM, records(1, 2)), records(3, 3));
  expect(seqs(stream.shown)).toEqual([1, 2, 3]);
  expect(stream.waiting).toEqual([]);
});

it('a message that comes late is listed in its place, and one that comes again replaces its record', () => {
  let stream = received(EMPTY_STREAM, [record(2), record(5)]);
  stream = received(stream, [record(1), record(4), record(5, { outcome: 'failed' }), record(6)]);
  expect(seqs(stream.shown)).toEqual([1, 2, 4, 5, 6]);
  expect(findRecord(stream, 5)).toMatchObject({ outcome: 'failed' });
  const whilePaused = received(paused(stream, 'by-hand'), [record(8), record(3)].toReversed());
  expect(seqs(resumed(whilePaused).shown)).toEqual([1, 2, 3, 4, 5, 6, 8]);
});

it('a paused list stays as it is while new messages wait, and resuming lists them', () => {
  const stream = received(paused(received(EMPTY_STREAM, records(1, 2)), 'by-hand'), records(3, 5));
  expect(seqs(stream.shown)).toEqual([1, 2]);
  expect(stream.waiting).toHaveLength(3);
  const after = resumed(stream);
  expect(after.pause).toBeUndefined();
  expect(seqs(after.shown)).toEqual([1, 2, 3, 4, 5]);
  expect(after.waiting).toEqual([]);
});

it('at most 2,000 records are kept after a million messages, paused or not', () => {
  let stream = EMPTY_STREAM;
  for (let first = 1; first < 500_000; first += 500) stream = received(stream, records(first, first + 499));
  stream = paused(stream, 'by-hand');
  for (let first = 500_001; first < 1_000_000; first += 500) {
    stream = received(stream, records(first, first + 499));
  }
  expect(stream.shown).toHaveLength(MAX_SHOWN);
  expect(stream.waiting).toHaveLength(MAX_WAITING);
  expect(MAX_SHOWN + MAX_WAITING).toBeLessThanOrEqual(2_000);
  expect(stream.shown.at(-1)!.seq).toBe(500_000);
  expect(stream.waiting.at(-1)!.seq).toBe(1_000_000);
});

it('messages that wait in vain are counted as left out, next to those that the server left out', () => {
  const stream = received(paused(EMPTY_STREAM, 'by-hand'), records(1, MAX_WAITING + 3), 40);
  expect(stream.leftOut).toBe(43);
});

it('a message that leaves the full list is counted as left out, while the list goes on and when it is resumed', () => {
  const full = received(EMPTY_STREAM, records(1, MAX_SHOWN + 2), 40);
  expect(full.leftOut).toBe(42);
  const later = received(full, records(MAX_SHOWN + 3, MAX_SHOWN + 5));
  expect(later.leftOut).toBe(45);
  const waiting = received(paused(later, 'by-hand'), records(MAX_SHOWN + 6, MAX_SHOWN + 9));
  expect(waiting.leftOut).toBe(45);
  expect(resumed(waiting).leftOut).toBe(49);
  // A message that comes again replaces its record.
  expect(received(full, [full.shown.at(-1)!]).leftOut).toBe(42);
});

it('an outcome changes its message, whether it is listed or waits, and no other one', () => {
  const before = received(paused(received(EMPTY_STREAM, records(1, 3)), 'by-hand'), records(4, 5));
  const after = settled(before, [
    { seq: 2, outcome: 'failed', milliseconds: 12, error: 'Error: no mail' },
    { seq: 5, outcome: 'processed', milliseconds: 3 },
    { seq: 77, outcome: 'processed', milliseconds: 3 },
  ]);
  expect(findRecord(after, 2)).toMatchObject({
    outcome: 'failed',
    milliseconds: 12,
    error: 'Error: no mail',
  });
  expect(findRecord(after, 5)).toMatchObject({ outcome: 'processed' });
  // Rows are rendered again for new objects only.
  expect(after.shown[0]).toBe(before.shown[0]);
  expect(findRecord(after, 77)).toBeUndefined();
});

it('a snapshot replaces the list', () => {
  const stream = restarted(received(EMPTY_STREAM, records(1, 9), 5), records(20, 21), 100);
  expect(seqs(stream.shown)).toEqual([20, 21]);
  expect(stream.leftOut).toBe(100);
});

it('a snapshot after a lost connection leaves a paused list, and its newer messages wait', () => {
  const before = received(paused(received(EMPTY_STREAM, records(1, 2)), 'reading'), records(3, 4));
  const stream = restarted(before, records(2, 6), 0);
  expect(seqs(stream.shown)).toEqual([1, 2]);
  expect(seqs(stream.waiting)).toEqual([3, 4, 5, 6]);
});

it('a snapshot after a lost connection brings the outcomes of messages that a paused list has', () => {
  const before = received(paused(received(EMPTY_STREAM, records(1, 3)), 'by-hand'), records(4, 5));
  const snapshot = [
    record(2, { outcome: 'failed', milliseconds: 12, error: 'Error: no mail' }),
    record(3),
    record(4, { outcome: 'processed', milliseconds: 3 }),
    record(6),
  ];
  const stream = restarted(before, snapshot, 0);
  expect(stream.shown.map(({ outcome }) => outcome)).toEqual(['in-hand', 'failed', 'in-hand']);
  expect(findRecord(stream, 2)).toMatchObject({ milliseconds: 12, error: 'Error: no mail' });
  expect(stream.waiting.map(({ seq, outcome }) => [seq, outcome])).toEqual([
    [4, 'processed'],
    [5, 'in-hand'],
    [6, 'in-hand'],
  ]);
});

it('a paused list counts the messages that a snapshot leaves out after its newest message, and no older ones', () => {
  const before = received(paused(received(EMPTY_STREAM, records(1, 9)), 'by-hand'), [], 5);
  expect(restarted(before, records(8, 12), 7).leftOut).toBe(5);
  expect(restarted(before, records(10, 12), 9).leftOut).toBe(5);
  expect(restarted(before, records(15, 20), 14).leftOut).toBe(5 + 5);
  expect(restarted(before, records(15, 20), 2).leftOut).toBe(5 + 2);
  expect(restarted(before, [], 0).leftOut).toBe(5);
});

it('a snapshot after a change of the filters replaces a paused list, which stays paused', () => {
  const stream = restarted(stale(paused(received(EMPTY_STREAM, records(1, 9)), 'by-hand')), [record(4)], 0);
  expect(seqs(stream.shown)).toEqual([4]);
  expect(stream.pause).toBe('by-hand');
  expect(stream.isStale).toBeUndefined();
});

it('reading does not replace a pause by hand', () => {
  expect(paused(paused(EMPTY_STREAM, 'by-hand'), 'reading').pause).toBe('by-hand');
  expect(paused(paused(EMPTY_STREAM, 'reading'), 'by-hand').pause).toBe('by-hand');
});
