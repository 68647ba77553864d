import type { ServerResponse } from 'node:http';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { ObservedConsumer } from '../../../lib/consuming/index.js';
import { LibraryLogger } from '../../../lib/logging/index.js';
import { MessageFilter } from '../../../lib/page/feed/messages/message-filter.js';
import { PageFeed } from '../../../lib/page/feed/page-feed.js';
import { Redaction } from '../../../lib/page/feed/messages/redaction.js';
import { ShownMessages } from '../../../lib/page/feed/messages/shown-messages.js';
import { EventStream } from '../../../lib/page/http/event-stream.js';
import { MessageNews } from '../../../lib/page/http/message-news.js';
import type { Changes } from '../../../lib/page/protocol.js';

const STATES = {
  consumers: [],
  publishing: [],
  connections: [],
  topics: [],
  allTopics: { topics: 0, hasMore: false, count: 0, rate: 0 },
};
const HEAD = {
  version: '1',
  application: 'bakery',
  startedAt: 1,
  now: 2,
  buses: [],
  bufferSize: { messages: 0, bytes: 0, maxMessages: 0, maxBytes: 0 },
  visitor: { actions: false },
};

/** A client whose socket takes what the test wants, after its snapshot. */
function startStream(query = '') {
  const feed = new PageFeed();
  feed.collected.open();
  const states = feed.statesFor(() => undefined);
  states.update(STATES);
  const written: string[] = [];
  const response = {
    writableNeedDrain: false,
    write: (text: string) => written.push(text),
    end: vi.fn(),
    destroy: vi.fn(),
  };
  const shown = new ShownMessages(new Redaction(undefined, new LibraryLogger()));
  const news = new MessageNews(feed.collected, new MessageFilter(new URLSearchParams(query)), shown);
  const stream = new EventStream(feed, states, news, response as unknown as ServerResponse);
  stream.begin(HEAD);
  const snapshot = written.splice(0).join('');
  const receivedOf = (topic: string) => ({
    bus: 'default',
    consumer: { name: 'bake', queue: 'bakery' } as ObservedConsumer,
    delivery: { fields: { routingKey: topic, redelivered: false }, properties: {} },
    context: undefined,
    content: undefined,
    bytes: 10,
    isAgain: false,
  });
  const receive = (topic = 'bakery.order') => feed.collected.add(receivedOf(topic));
  /** Messages that come at once, and of which no more are kept. */
  const flood = (topic: string, count: number) => {
    const processed = { outcome: 'processed', milliseconds: 1, error: undefined } as const;
    for (let n = 0; n < count; n++) feed.collected.pass(() => receivedOf(topic), processed, 0);
  };
  const taken = (): Changes[] =>
    written.splice(0).map((text) => JSON.parse(/^data: (.*)$/m.exec(text)![1]!) as Changes);
  return { feed, states, news, stream, response, written, receive, flood, taken, snapshot };
}

it('sends nothing when nothing has changed', () => {
  const { stream, written, states } = startStream();
  states.update(STATES);
  for (let tick = 0; tick < 50; tick++) stream.tick();
  expect(written).toEqual([]);
});

it('sends a comment after 15 s without an event, because proxies close silent connections', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const { stream, written } = startStream();
  vi.advanceTimersByTime(15_000);
  stream.tick();
  expect(written).toEqual([]);
  vi.advanceTimersByTime(1);
  stream.tick();
  stream.tick();
  expect(written).toEqual([':\n\n']);
});

it('a client that takes nothing is sent nothing, and is told later how many messages it missed', () => {
  const { stream, response, written, receive, taken, states } = startStream();
  response.writableNeedDrain = true;
  for (let tick = 0; tick < 100; tick++) {
    for (let count = 0; count < 10; count++) receive();
    states.update({ ...STATES, topics: [{ topic: 'a', count: tick, rate: 0 }] });
    stream.tick();
  }
  expect(written).toEqual([]);
  response.writableNeedDrain = false;
  receive();
  stream.tick();
  expect(taken()).toEqual([
    {
      now: expect.any(Number),
      messages: [expect.objectContaining({ seq: 1001 })],
      leftOut: 1000,
      topics: [{ topic: 'a', count: 99, rate: 0 }],
    },
  ]);
});

it('a client that takes nothing for a minute loses its stream', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const { stream, response, written, receive } = startStream();
  const wait = (milliseconds: number): void => {
    vi.advanceTimersByTime(milliseconds);
    receive();
    stream.tick();
  };
  response.writableNeedDrain = true;
  wait(60_000);
  // It has taken everything, so the minute begins anew.
  response.writableNeedDrain = false;
  wait(0);
  expect(written).toHaveLength(1);
  response.writableNeedDrain = true;
  wait(60_000);
  expect(response.destroy).not.toHaveBeenCalled();
  wait(1);
  expect(response.destroy).toHaveBeenCalledOnce();
});

it('the end of the application does not wait for a client that takes nothing', () => {
  const { stream, response } = startStream();
  stream.end();
  expect(response.end).toHaveBeenCalledOnce();
  response.writableNeedDrain = true;
  stream.end();
  expect(response.destroy).toHaveBeenCalledOnce();
});

it('messages that left the buffer between two events are counted', () => {
  const { stream, receive, taken } = startStream();
  for (let count = 0; count < 5000; count++) receive();
  stream.tick();
  const [changes] = taken();
  expect(changes!.messages).toHaveLength(50);
  expect(changes!.messages!.at(-1)!.seq).toBe(5000);
  expect(changes!.leftOut).toBe(4950);
});

it('messages that were not kept are counted as left out', () => {
  const { stream, taken, feed } = startStream();
  feed.collected.passedBy += 70;
  stream.tick();
  expect(taken()).toMatchObject([{ leftOut: 70 }]);
  stream.tick();
  expect(taken()).toEqual([]);
});

it('only messages that match count as left out', () => {
  const { stream, receive, taken } = startStream('topic=bakery.cake');
  for (let count = 0; count < 200; count++) receive(count % 2 ? 'bakery.cake' : 'bakery.order');
  stream.tick();
  expect(taken()).toMatchObject([{ leftOut: 50 }]);
});

it('a flood is not read to its end for a filter of contents: what may match counts as left out', () => {
  const { news, stream, flood, taken } = startStream('topic=bakery.cake&text=bob');
  onTestFinished(news.choose());
  flood('bakery.order', 2000);
  flood('bakery.cake', 2500);
  stream.tick();
  expect(taken()).toMatchObject([{ leftOut: 500 }]);
});

it('a flood costs a filter of topics no reading, so that nothing counts as left out', () => {
  const { news, stream, flood, taken } = startStream('topic=bakery.cake');
  onTestFinished(news.choose());
  flood('bakery.order', 5000);
  stream.tick();
  expect(taken()).toEqual([]);
});

it('outcomes are sent of messages that were sent in hand, and of no others', () => {
  const { stream, receive, taken, feed } = startStream();
  const entries = Array.from({ length: 60 }, () => receive());
  stream.tick();
  taken();
  for (const entry of entries)
    feed.collected.settle(entry, { outcome: 'processed', milliseconds: 5, error: undefined });
  stream.tick();
  const [changes] = taken();
  expect(changes!.outcomes!.map(({ seq }) => seq)).toEqual(Array.from({ length: 50 }, (_, at) => 11 + at));
  expect(changes!.messages).toBeUndefined();
});

it('a filter by outcome finds a message when its handler is done', () => {
  const { stream, receive, taken, feed } = startStream('outcome=failed');
  const [first, second] = [receive(), receive()];
  stream.tick();
  expect(taken()).toEqual([]);
  feed.collected.settle(first, { outcome: 'failed', milliseconds: 5, error: new Error('cold') });
  feed.collected.settle(second, { outcome: 'processed', milliseconds: 5, error: undefined });
  stream.tick();
  stream.tick();
  expect(taken()).toMatchObject([{ messages: [{ seq: 1, outcome: 'failed', error: 'cold' }] }]);
});

it('each new point of the history is sent once, also those of a time without events', () => {
  const { stream, taken, feed } = startStream();
  for (const now of [1000, 2000, 3000]) feed.history.tick(now);
  stream.tick();
  expect(taken().map(({ point }) => point?.at)).toEqual([1000, 2000, 3000]);
  stream.tick();
  expect(taken()).toEqual([]);
});

it('the snapshot has the newest 500 messages, and the number of the others', () => {
  const { feed, response } = startStream();
  const shown = new ShownMessages(new Redaction(undefined, new LibraryLogger()));
  for (let count = 0; count < 700; count++) {
    feed.collected.add({
      bus: 'default',
      consumer: { name: 'bake', queue: 'bakery' } as ObservedConsumer,
      delivery: { fields: { routingKey: 'bakery.order', redelivered: false }, properties: {} },
      context: undefined,
      content: undefined,
      bytes: 10,
      isAgain: false,
    });
  }
  const news = new MessageNews(feed.collected, new MessageFilter(new URLSearchParams()), shown);
  const { messages, leftOut } = news.all();
  expect([messages.length, messages[0]!.seq, messages.at(-1)!.seq, leftOut]).toEqual([500, 201, 700, 200]);
  expect(response.end).not.toHaveBeenCalled();
});
