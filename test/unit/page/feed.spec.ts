import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ObservedConsumer } from '../../../lib/consuming/index.js';
import { Audience } from '../../../lib/page/feed/audience.js';
import { CollectedMessages } from '../../../lib/page/feed/messages/collected-messages.js';
import { Durations, durationHistogram } from '../../../lib/page/feed/durations.js';
import { History } from '../../../lib/page/feed/history.js';
import type { MessageEntry } from '../../../lib/page/feed/messages/message-entry.js';
import { States } from '../../../lib/page/feed/states.js';
import { TopicCounts } from '../../../lib/page/feed/topic-counts.js';
import { noTotals } from '../../../lib/page/feed/totals.js';

const ALL_TOPICS = { topics: 0, hasMore: false, count: 0, rate: 0 };
const CONSUMER = { name: 'bake', queue: 'bakery' } as ObservedConsumer;

const initOf = (bytes = 100, topic = 'bakery.order') => ({
  bus: 'default',
  consumer: CONSUMER,
  delivery: { fields: { routingKey: topic, redelivered: false }, properties: {} },
  context: undefined,
  content: undefined,
  bytes,
  isAgain: false,
});

const add = (collected: CollectedMessages, bytes?: number): MessageEntry => collected.add(initOf(bytes));

describe('the buffer of messages', () => {
  it('keeps the last 2,000 messages', () => {
    const collected = new CollectedMessages();
    collected.open();
    for (let count = 0; count < 5000; count++) add(collected);
    const { ring } = collected;
    expect(ring.size).toBe(2000);
    expect(ring.bytes).toBe(200_000);
    expect([...ring.from(0)].map(({ seq }) => seq)).toEqual(
      Array.from({ length: 2000 }, (_, at) => 3001 + at),
    );
    expect(ring.get(3000)).toBeUndefined();
    expect(ring.get(3001)?.seq).toBe(3001);
    expect(ring.get(5000)?.seq).toBe(5000);
    expect(ring.get(5001)).toBeUndefined();
  });

  it('keeps at most 16 MB of bodies and headers, and always the last message', () => {
    const collected = new CollectedMessages();
    const { ring } = collected;
    collected.open();
    for (let count = 0; count < 20; count++) add(collected, 1024 * 1024);
    expect([ring.size, ring.bytes]).toEqual([16, 16 * 1024 * 1024]);
    const large = add(collected, 20 * 1024 * 1024);
    expect([...ring.from(0)]).toEqual([large]);
  });

  it('counts the headers of the messages that it keeps, whatever is in them', () => {
    const collected = new CollectedMessages();
    const { ring } = collected;
    collected.open();
    const withHeaders = (headers: Record<string, unknown>) => {
      const { delivery, ...init } = initOf(0);
      collected.add({ ...init, delivery: { ...delivery, properties: { headers } } });
    };
    withHeaders({ name: 'bob', count: 3, 'x-death': [{ reason: 'expired', tags: Buffer.alloc(10) }] });
    expect(ring.bytes).toBe('name'.length + 3 + 'count'.length + 8 + 'x-death'.length + 6 + 7 + 4 + 10);
    for (let count = 0; count < 20; count++) withHeaders({ text: 'x'.repeat(1024 * 1024) });
    expect(ring.size).toBe(15);
    expect(ring.bytes).toBeLessThanOrEqual(16 * 1024 * 1024);
    const endless: Record<string, unknown> = {};
    endless['self'] = endless;
    withHeaders(endless);
    expect(ring.size).toBe(16);
  });

  it('has all changes since one only while no message has left, and since it was opened', () => {
    const collected = new CollectedMessages();
    add(collected);
    const before = collected.lastChange;
    collected.close();
    add(collected);
    expect(collected.hasAllSince(before)).toBe(false);
    collected.close();
    collected.open();
    const opened = collected.lastChange;
    expect(collected.hasAllSince(opened - 1)).toBe(false);
    expect(collected.hasAllSince(opened)).toBe(true);
    expect(collected.hasAllSince(opened + 1)).toBe(false);
    for (let count = 0; count < 2000; count++) add(collected);
    expect(collected.hasAllSince(opened)).toBe(true);
    add(collected);
    expect(collected.hasAllSince(opened)).toBe(false);
    expect(collected.hasAllSince(opened + 1)).toBe(true);
  });
});

describe('a flood of messages', () => {
  const PROCESSED = { outcome: 'processed', milliseconds: 1, error: undefined } as const;
  const FAILED = { outcome: 'failed', milliseconds: 1, error: new Error('cold') } as const;

  /** 5,000 messages a second for 10 s, in a clock of its own; each is settled at once. */
  function flood(
    collected: CollectedMessages,
    topicOf = (_n: number) => 'busy',
    settlementOf = (_n: number) => FAILED as typeof FAILED | typeof PROCESSED,
  ) {
    let kept = 0;
    for (let n = 0; n < 50_000; n++) {
      const now = n / 5;
      const init = initOf(1, topicOf(n));
      const entry = collected.offer(topicOf(n), now) ? collected.add(init) : undefined;
      if (entry) collected.settle(entry, settlementOf(n));
      else collected.pass(() => init, settlementOf(n), now);
      if (entry) kept++;
    }
    return kept;
  }

  it('is kept in part: a burst of 2,000, and then 200 messages a second; all are counted', () => {
    const collected = new CollectedMessages();
    collected.open();
    const kept = flood(collected, undefined, () => PROCESSED);
    expect(kept).toBeGreaterThanOrEqual(3990);
    expect(kept).toBeLessThanOrEqual(4010);
    expect(collected.passedBy).toBe(50_000 - kept);
    expect(collected.ring.size).toBe(2000);
    expect(collected.topics.shown()).toMatchObject([{ topic: 'busy', count: 50_000 }]);
  });

  it('does not hide messages that failed', () => {
    const collected = new CollectedMessages();
    collected.open();
    flood(collected, undefined, (n) => (n % 100 === 99 ? FAILED : PROCESSED));
    const failed = [...collected.ring.from(0)].filter(({ outcome }) => outcome === 'failed');
    // The messages that are kept are those of the last seconds, and 50 in a second fail.
    expect(failed.length).toBeGreaterThan(300);
    expect(failed.every(({ error }) => error?.message === 'cold')).toBe(true);
  });

  it('does not hide messages that match the filter of a client', () => {
    const collected = new CollectedMessages();
    collected.open();
    let leftOut = 0;
    collected.choosers.add({
      isWanted: ({ topic }) => topic === 'rare',
      leaveOut: () => leftOut++,
    });
    flood(
      collected,
      (n) => (n % 100 === 99 ? 'rare' : 'busy'),
      () => PROCESSED,
    );
    const rare = [...collected.ring.from(0)].filter(({ topic }) => topic === 'rare');
    expect(rare.length).toBeGreaterThan(300);
    expect(leftOut).toBe(0);
  });
});

describe('a message that is not kept before its handler ends', () => {
  const PROCESSED = { outcome: 'processed', milliseconds: 1, error: undefined } as const;

  /** Messages pass by a client with a filter, all at the same time. */
  function passBy(isWanted: () => boolean) {
    const collected = new CollectedMessages();
    collected.open();
    const seen = { looks: 0, leftOut: 0 };
    collected.choosers.add({
      isWanted: () => {
        seen.looks++;
        return isWanted();
      },
      leaveOut: () => seen.leftOut++,
    });
    for (let n = 0; n < 5000; n++) collected.pass(() => initOf(1), PROCESSED, 0);
    return { ...seen, kept: collected.ring.size, passedBy: collected.passedBy };
  }

  it('is read once, and not when none of its kind may be kept: then it is left out', () => {
    expect(passBy(() => true)).toEqual({ looks: 2000, leftOut: 3000, kept: 2000, passedBy: 3000 });
  });

  it('may be read by clients a limited number of times, whether they want it or not, and once for all of them', () => {
    const collected = new CollectedMessages();
    collected.open();
    const mayRead = [0, 0];
    for (const client of [0, 1]) {
      const isWanted = (_entry: unknown, may: () => boolean) => {
        if (may()) mayRead[client]!++;
        return false;
      };
      collected.choosers.add({ isWanted, leaveOut: () => undefined });
    }
    const pass = (now: number) => collected.pass(() => initOf(1), PROCESSED, now);
    for (let n = 0; n < 5000; n++) pass(0);
    expect(mayRead).toEqual([2000, 2000]);
    for (let n = 0; n < 5000; n++) pass(1000);
    expect(mayRead).toEqual([3000, 3000]);
  });

  it('is not left out for a client that does not want it', () => {
    expect(passBy(() => false)).toEqual({ looks: 5000, leftOut: 0, kept: 0, passedBy: 5000 });
  });
});

describe('the audience of a page', () => {
  function stage() {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const calls: string[] = [];
    const note = (call: string) => () => void calls.push(call);
    const audience = new Audience({
      open: note('open'),
      look: note('look'),
      everySecond: note('second'),
      close: note('close'),
    });
    const spectator = { tick: note('tick'), end: note('end') };
    return { audience, calls, spectator };
  }

  it('has no timer before anybody looks', () => {
    const { calls } = stage();
    expect(vi.getTimerCount()).toBe(0);
    expect(calls).toEqual([]);
  });

  it('is told what is new four times a second, and states once a second', () => {
    const { audience, calls, spectator } = stage();
    audience.join(spectator);
    vi.advanceTimersByTime(1000);
    expect(calls).toEqual(['open', 'look', 'tick', 'tick', 'tick', 'second', 'tick']);
  });

  it('is collected for until 60 s after the last client has left; then no timer is left', () => {
    const { audience, calls, spectator } = stage();
    const leave = audience.join(spectator);
    leave();
    leave();
    vi.advanceTimersByTime(59_999);
    expect(calls).toEqual(['open', 'look']);
    vi.advanceTimersByTime(1);
    expect(calls).toEqual(['open', 'look', 'close']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('that comes back within 60 s finds what was collected', () => {
    const { audience, calls, spectator } = stage();
    audience.join(spectator)();
    vi.advanceTimersByTime(59_000);
    audience.join(spectator);
    vi.advanceTimersByTime(120_000);
    expect(calls).not.toContain('close');
  });

  it('is sent away when the application closes', () => {
    const { audience, calls, spectator } = stage();
    audience.join(spectator);
    audience.end();
    expect(calls).toEqual(['open', 'look', 'end', 'close']);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('the history', () => {
  function history() {
    const totals = noTotals();
    const durations = new Durations();
    const sources = { totals, inHand: () => 3, durations: () => [durations], latencies: () => [] };
    return { totals, durations, history: new History(sources) };
  }

  it('has a point for each interval, with its counts, durations and messages in hand', () => {
    const { totals, durations, history: of } = history();
    totals.outcomes.processed = 5;
    totals.published = 2;
    for (const milliseconds of [10, 10, 10, 500]) durations.record(milliseconds);
    of.tick(1000);
    totals.outcomes.processed = 6;
    totals.outcomes.failed = 1;
    totals.failedPublishes = 4;
    of.tick(6000);
    const none = { processed: 0, dropped: 0, rejected: 0, failed: 0, invalid: 0 };
    expect(of.minutes).toMatchObject([
      { at: 1000, outcomes: { ...none, processed: 5 }, published: 2, failedPublishes: 0, inHand: 3 },
      { at: 6000, outcomes: { ...none, processed: 1, failed: 1 }, published: 0, failedPublishes: 4, p99: 0 },
    ]);
    expect(of.minutes[0]!.p50).toBeCloseTo(10, 0);
    expect(of.minutes[0]!.p99 / 500).toBeCloseTo(1, 1);
  });

  it('keeps 15 minutes of points of 5 s, and 24 hours of points of 5 minutes', () => {
    const { totals, history: of } = history();
    for (let tick = 1; tick <= 60 * 300; tick++) {
      totals.outcomes.processed++;
      of.tick(tick * 5000);
    }
    expect(of.minutes).toHaveLength(180);
    expect(of.minutes.at(-1)!.at - of.minutes[0]!.at).toBe(15 * 60_000 - 5000);
    expect(of.day).toHaveLength(288);
    expect(of.day.every(({ outcomes }) => outcomes.processed === 60)).toBe(true);
    expect(of.day.at(-1)!.at - of.day[0]!.at).toBe(24 * 3_600_000 - 300_000);
  });
});

describe('the durations of a consumer', () => {
  it('are those of the last minute or so', () => {
    const durations = new Durations();
    durations.record(1000);
    durations.endInterval(durationHistogram());
    durations.age();
    expect(durations.percentiles.p50 / 1000).toBeCloseTo(1, 1);
    durations.age();
    expect(durations.percentiles.p50).toBe(0);
  });

  it('may be longer than an hour, or none', () => {
    const durations = new Durations();
    durations.record(1e9);
    durations.record(0);
    expect(durations.percentiles.p99 / 3_600_000).toBeCloseTo(1, 1);
    expect(durations.percentiles.p50).toBeLessThan(1);
  });
});

describe('the counts of topics', () => {
  it('have the rate of the last seconds, which falls to 0', () => {
    const topics = new TopicCounts();
    for (let second = 0; second < 20; second++) {
      for (let count = 0; count < 10; count++) topics.count('bakery.order');
      topics.tick();
    }
    expect(topics.shown()).toEqual([{ topic: 'bakery.order', count: 200, rate: expect.closeTo(10, 0) }]);
    for (let second = 0; second < 30; second++) topics.tick();
    expect(topics.shown()).toEqual([{ topic: 'bakery.order', count: 200, rate: 0 }]);
  });

  it('show the 300 topics with the most messages, and forget quiet ones', () => {
    const topics = new TopicCounts();
    for (let count = 0; count < 50; count++) topics.count('busy');
    for (let topic = 0; topic < 10_000; topic++) topics.count(`topic.${topic}`);
    const shown = topics.shown();
    expect(shown).toHaveLength(300);
    expect(shown[0]).toEqual({ topic: 'busy', count: 50, rate: 0 });
  });

  it('have a total of all topics, also of those that are not shown or forgotten', () => {
    const topics = new TopicCounts();
    for (let topic = 0; topic < 400; topic++) topics.count(`topic.${topic}`);
    expect(topics.total()).toEqual({ topics: 400, hasMore: false, count: 400, rate: 0 });
    for (let topic = 0; topic < 10_000; topic++) topics.count(`topic.${topic}`);
    topics.tick();
    expect(topics.total()).toMatchObject({ hasMore: true, count: 10_400 });
    for (let second = 0; second < 60; second++) topics.tick();
    expect(topics.total()).toMatchObject({ count: 10_400, rate: 0 });
    topics.clear();
    expect(topics.total()).toEqual({ topics: 0, hasMore: false, count: 0, rate: 0 });
  });

  it('make room for new topics once a second, not while messages come', () => {
    const topics = new TopicCounts();
    for (let topic = 0; topic < 2000; topic++) topics.count(`quiet.${topic}`);
    for (let count = 0; count < 50; count++) topics.count('new');
    expect(topics.total().topics).toBe(2000);
    expect(topics.shown().map(({ topic }) => topic)).not.toContain('new');
    topics.tick();
    for (let count = 0; count < 50; count++) topics.count('new');
    expect(topics.shown()[0]).toEqual({ topic: 'new', count: 50, rate: 0 });
    expect(topics.total().count).toBe(2100);
  });

  it('forget the quietest topics when there are too many', () => {
    const topics = new TopicCounts();
    topics.count('quiet');
    for (let topic = 1; topic < 2000; topic++)
      for (let n = 0; n < 2; n++) topics.count(`busy.${topic % 1999}`);
    for (let topic = 0; topic < 10; topic++) topics.count(`more.${topic}`);
    for (let second = 0; second < 50; second++) topics.tick();
    for (let n = 0; n < 5; n++) topics.count('quiet');
    // It had been forgotten, so it begins anew.
    expect(topics.shown()).toContainEqual({ topic: 'quiet', count: 5, rate: 0 });
  });
});

it('only the states that have changed are sent again', () => {
  const states = new States();
  const parts = { consumers: [], publishing: [], connections: [], topics: [], allTopics: ALL_TOPICS };
  states.update(parts);
  expect([...states.since(0)].map(([part]) => part)).toEqual([
    'consumers',
    'publishing',
    'connections',
    'topics',
    'allTopics',
  ]);
  const { latest } = states;
  states.update({ ...parts, topics: [{ topic: 'a', count: 1, rate: 1 }] });
  expect([...states.since(latest)]).toEqual([['topics', '[{"topic":"a","count":1,"rate":1}]']]);
  const later = states.latest;
  states.update({ ...parts, topics: [{ topic: 'a', count: 1, rate: 1 }] });
  expect([...states.since(later)]).toEqual([]);
});
