import { expect, it } from 'vitest';
import { History, POINT_INTERVAL_MS } from '../../lib/page/feed/history.js';
import { noTotals } from '../../lib/page/feed/totals.js';
import type { Point, Snapshot } from '../../lib/page/protocol.js';
import { filtersOf, searchOf, withFilter } from '../src/state/filters.js';
import { DAY, MINUTES } from '../src/state/history.js';
import type { State } from '../src/state/state.js';
import { EMPTY_STREAM } from '../src/state/stream.js';
import { hashOf, placeOf } from '../src/state/view.js';
import { onChanges, onSnapshot } from '../src/state/wire.js';
import { point, record, records } from './records.js';

const EMPTY: State = { link: 'connecting', place: { view: 'messages' }, filters: {}, stream: EMPTY_STREAM };
const SNAPSHOT: Snapshot = {
  version: '1.0.0',
  application: 'watcher',
  startedAt: 1,
  now: 2,
  buses: ['default'],
  messages: records(1, 2),
  leftOut: 7,
  bufferSize: { messages: 2, bytes: 200, maxMessages: 2_000, maxBytes: 16_000_000 },
  consumers: [],
  publishing: [],
  connections: [],
  topics: [],
  allTopics: { topics: 0, hasMore: false, count: 0, rate: 0 },
  history: { minutes: [point(5_000)], day: [] },
  visitor: { actions: false },
};

const after = (state: State, change: Partial<State>): State => ({ ...state, ...change });

it('the filters in an address are those that wrote it, with every character', () => {
  const filters = { topic: 'org.*.prod.#', text: 'a&b=c #1', user: 'jürgen' };
  expect(filtersOf(searchOf(filters))).toEqual(filters);
});

it('empty and unknown filters of an address are ignored', () => {
  expect(filtersOf('?topic=&text=%20&colour=red&user=bob')).toEqual({ user: 'bob' });
});

it('a filter that is set to nothing leaves the address', () => {
  expect(searchOf(withFilter({ user: 'bob', text: 'x' }, 'user', ' '))).toBe('?text=x');
  expect(searchOf({})).toBe('');
});

it('a place in an address is the view and the selected message; what is unknown shows the messages', () => {
  expect(placeOf('#bus')).toEqual({ view: 'bus' });
  expect(placeOf(hashOf({ view: 'messages', selected: 12 }))).toEqual({ view: 'messages', selected: 12 });
  expect(placeOf('')).toEqual({ view: 'messages' });
  expect(placeOf('#nonsense/3')).toEqual({ view: 'messages', selected: 3 });
  expect(placeOf('#messages/-3')).toEqual({ view: 'messages' });
  expect(placeOf('#plots/3')).toEqual({ view: 'plots' });
});

it('a snapshot makes the page live, with its messages and the state of the bus', () => {
  const state = after(EMPTY, onSnapshot(EMPTY, SNAPSHOT));
  expect(state.link).toBe('live');
  expect(state.stream.shown).toEqual(SNAPSHOT.messages);
  expect(state.stream.leftOut).toBe(7);
  expect(state.bus).toMatchObject({ application: 'watcher', minutes: [point(5_000)], day: [] });
});

it('changes replace the parts that they have, and leave the others', () => {
  const before = after(EMPTY, onSnapshot(EMPTY, SNAPSHOT));
  const topics = [{ topic: 'a', count: 1, rate: 1 }];
  const allTopics = { topics: 1, hasMore: false, count: 1, rate: 1 };
  const changes = { now: 9, topics, allTopics, point: point(10_000), leftOut: 3 };
  const state = after(before, onChanges(before, changes));
  expect(state.bus).toMatchObject({ now: 9, topics, allTopics, minutes: [point(5_000), point(10_000)] });
  expect(state.bus!.consumers).toBe(before.bus!.consumers);
  expect(state.stream.leftOut).toBe(10);
});

it('a message and its outcome may come in the same event', () => {
  const before = after(EMPTY, onSnapshot(EMPTY, SNAPSHOT));
  const outcomes = [{ seq: 3, outcome: 'processed', milliseconds: 4 }] as const;
  const state = after(before, onChanges(before, { now: 9, messages: [record(3)], outcomes }));
  expect(state.stream.shown.at(-1)).toMatchObject({ seq: 3, outcome: 'processed', milliseconds: 4 });
});

it('the histories keep 15 minutes and a day', () => {
  let state = after(EMPTY, onSnapshot(EMPTY, SNAPSHOT));
  for (let at = 1; at <= 400; at += 1) {
    state = after(state, onChanges(state, { now: at, point: point(at), dayPoint: point(at) }));
  }
  expect(state.bus!.minutes).toHaveLength((15 * 60) / 5);
  expect(state.bus!.day).toHaveLength((24 * 60) / 5);
});

it('the page keeps as many points of each history as the server, at the same intervals', () => {
  const ofServer = new History({
    totals: noTotals(),
    inHand: () => 0,
    durations: () => [],
    latencies: () => [],
  });
  const ticks = (2 * DAY.points * DAY.seconds) / MINUTES.seconds;
  for (let tick = 1; tick <= ticks; tick += 1) ofServer.tick(tick * POINT_INTERVAL_MS);
  const historyOf = (points: readonly Point[]): typeof MINUTES => ({
    seconds: (points[1]!.at - points[0]!.at) / 1_000,
    points: points.length,
  });
  expect(MINUTES).toEqual(historyOf(ofServer.minutes));
  expect(DAY).toEqual(historyOf(ofServer.day));
});

it('after a restart of the process a paused list is replaced, because its messages are counted from 1 again', () => {
  let state = after(EMPTY, onSnapshot(EMPTY, { ...SNAPSHOT, messages: records(500, 501) }));
  state = { ...state, stream: { ...state.stream, pause: 'by-hand' } };
  state = after(state, onSnapshot(state, { ...SNAPSHOT, startedAt: 99 }));
  expect(state.stream.shown).toEqual(SNAPSHOT.messages);
});
