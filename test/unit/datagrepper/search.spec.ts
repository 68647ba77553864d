import { describe, expect, it } from 'vitest';
import {
  ConfigurationException,
  Datagrepper,
  DatagrepperException,
  type DatagrepperOptions,
  type DatagrepperQuery,
  Message,
  MessageSchema,
} from '../../../lib/index.js';
import { captureLog } from '../../support/captured-log.js';
import {
  type Archived,
  FakeDatagrepper,
  type Fault,
  FAULTS,
  idOf,
  messagesOfNewYear,
  NEW_YEAR,
  repetition,
} from '../../support/fake-datagrepper.js';

const SINCE = '2026-01-01T00:00:00Z';
const UNTIL = '2026-02-01T00:00:00Z';
const QUICK: DatagrepperOptions = { interval: 0, delay: 1, maxDelay: 1 };

@MessageSchema('search.greeting', {
  bodySchema: { type: 'object', properties: { name: { type: 'string' } } },
})
class Greeting extends Message<{ name: string }> {
  override get summary(): string {
    return `Hello, ${this.body.name}!`;
  }
}

async function startWith(archive: readonly Archived[]): Promise<FakeDatagrepper> {
  return FakeDatagrepper.start(archive);
}

async function idsOf(
  server: FakeDatagrepper,
  query: DatagrepperQuery = {},
  options: DatagrepperOptions = {},
): Promise<(string | null)[]> {
  const datagrepper = new Datagrepper({ url: server.url, ...QUICK, ...options });
  const ids: (string | null)[] = [];
  for await (const { id } of datagrepper.search({ since: SINCE, until: UNTIL, ...query })) ids.push(id);
  return ids;
}

/** An answer that does not name its page. */
function withoutArguments(fault: Fault): Fault {
  return (response, usual) => {
    const end = response.end.bind(response) as unknown as (text: string) => never;
    response.end = ((text: string) => end(text.replace(/"arguments": .*/, '"arguments": {}}'))) as never;
    fault(response, usual);
  };
}

const idsUpTo = (count: number): string[] => Array.from({ length: count }, (_, index) => idOf(index));

describe('a search in Datagrepper', () => {
  it('returns the messages of all pages, oldest first', async () => {
    const server = await startWith(messagesOfNewYear(250));
    expect(await idsOf(server)).toEqual(idsUpTo(250));
    expect(server.requests[0]!.parameters.get('rows_per_page')).toBe('100');
  });

  it('returns the newest first with the order desc', async () => {
    const server = await startWith(messagesOfNewYear(250));
    expect(await idsOf(server, { order: 'desc' })).toEqual(idsUpTo(250).reverse());
  });

  it('ends at its limit, without a request for another page', async () => {
    const server = await startWith(messagesOfNewYear(250));
    expect(await idsOf(server, { limit: 100 })).toEqual(idsUpTo(100));
    expect(server.requests).toHaveLength(1);
  });

  it('finds nothing in an empty archive', async () => {
    expect(await idsOf(await startWith([]))).toEqual([]);
  });

  it('includes the messages of its first and last microsecond, and no messages outside', async () => {
    const times = [0, 0.000001, 0.000002, 1.999999, 2, 2.000001];
    const server = await startWith(
      times.map((time, index) => ({ id: idOf(index), topic: 'a', time: NEW_YEAR + time })),
    );
    const query = { since: '2026-01-01T00:00:00.000001Z', until: '2026-01-01T01:00:02+01:00' };
    expect(await idsOf(server, query)).toEqual([1, 2, 3, 4].map(idOf));
  });

  it('searches the last day by default', async () => {
    const now = Math.floor(Date.now() / 1000);
    const server = await startWith([
      { id: idOf(1), topic: 'a', time: now - 100_000 },
      { id: idOf(2), topic: 'a', time: now - 80_000 },
    ]);
    expect(await idsOf(server, { since: undefined as never, until: undefined as never })).toEqual([idOf(2)]);
  });

  it.each(['asc', 'desc'] as const)(
    'neither loses nor repeats messages of equal times at the borders of pages, in the order %s',
    async (order) => {
      const server = await startWith(
        messagesOfNewYear(330).map((message, index) => ({
          ...message,
          time: NEW_YEAR + Math.floor(index / 33),
        })),
      );
      const ids = await idsOf(server, { order });
      expect(ids).toHaveLength(330);
      expect(new Set(ids).size).toBe(330);
    },
  );

  it.each([100, 101, 260])(
    'neither loses nor repeats any of %i messages that were sent at the same time',
    async (count) => {
      const server = await startWith([
        ...messagesOfNewYear(count, { time: NEW_YEAR + 5 }),
        { id: 'before', topic: 'a', time: NEW_YEAR + 4 },
        { id: 'after', topic: 'a', time: NEW_YEAR + 6 },
      ]);
      const ids = await idsOf(server);
      expect([ids[0], ids.at(-1), ids.length]).toEqual(['before', 'after', count + 2]);
      expect(new Set(ids).size).toBe(count + 2);
    },
  );

  it('fails when Datagrepper counts more messages of one time than it shows', async () => {
    const server = await startWith(messagesOfNewYear(150, { time: NEW_YEAR }));
    server.archive[149] = server.archive[0]!;
    await expect(idsOf(server)).rejects.toThrow(/does not show all messages of 2026-01-01T00:00:00.000Z/);
  });

  it('loses and repeats nothing when messages arrive while it reads', async () => {
    const server = await startWith(messagesOfNewYear(250));
    let late = 1000;
    server.onRequest = () => {
      if (server.requests.length > 3) return;
      for (let number = 0; number < 30; number++) {
        // Some messages are older than those read, some are at the end, some come after it.
        server.archive.push({ id: idOf(late++), topic: 'late', time: NEW_YEAR + 30 });
        server.archive.push({ id: idOf(late++), topic: 'late', time: Date.now() / 1000 });
      }
    };
    const ids = await idsOf(server);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => id! < idOf(1000))).toEqual(idsUpTo(250));
  });

  it('loses and repeats nothing when Datagrepper answers with a page under the name of the next page', async () => {
    const server = await startWith(messagesOfNewYear(250));
    const { first, again } = repetition();
    server.faults.push(first, withoutArguments(again));
    expect(await idsOf(server)).toEqual(idsUpTo(250));
  });

  it('fails when the same page comes again and again', async () => {
    const server = await startWith(messagesOfNewYear(250));
    const { first, again } = repetition();
    server.faults.push(first, ...Array.from({ length: 100 }, () => withoutArguments(again)));
    await expect(idsOf(server)).rejects.toThrow(/does not show all messages/);
  });

  it('asks for one fixed span of time on all pages', async () => {
    const server = await startWith(messagesOfNewYear(250, {}));
    await idsOf(server);
    const ends = server.requests.map(({ parameters }) => parameters.get('end'));
    expect(new Set(ends).size).toBe(1);
  });

  it('passes on conditions, repeated for each value', async () => {
    const server = await startWith([]);
    await idsOf(server, {
      topic: ['a.b', 'c.d'],
      category: 'bodhi',
      user: 'kevin',
      package: 'kernel',
      text: 'f43',
      not: { topic: 'e.f', category: ['koji'], user: 'releng', package: 'bash' },
    });
    const { parameters } = server.requests[0]!;
    expect([...parameters].filter(([name]) => !/start|end|order|page$/.test(name))).toEqual([
      ['topic', 'a.b'],
      ['topic', 'c.d'],
      ['not_topic', 'e.f'],
      ['category', 'bodhi'],
      ['not_category', 'koji'],
      ['user', 'kevin'],
      ['not_user', 'releng'],
      ['package', 'kernel'],
      ['not_package', 'bash'],
      ['contains', 'f43'],
    ]);
  });

  it('leaves out messages of other schemas, and reads on until it has enough messages', async () => {
    const server = await startWith(
      messagesOfNewYear(250).map((message, index) => ({ ...message, schema: index % 50 === 7 ? 'x' : 'y' })),
    );
    expect(await idsOf(server, { schema: 'x', limit: 3 })).toEqual([7, 57, 107].map(idOf));
    expect(await idsOf(server, { not: { schema: ['y'] } })).toEqual([7, 57, 107, 157, 207].map(idOf));
  });

  it("makes each message an instance of its class, and keeps numbers that JavaScript can't hold", async () => {
    const big =
      '{"body":{"n":12345678901234567890},"headers":{"fedora_messaging_schema":"unknown"},"topic":"b"}';
    const server = await startWith([
      { id: '1', topic: 'a', time: NEW_YEAR, schema: 'search.greeting', body: { name: 'Ada' } },
      { id: '2', topic: 'b', time: NEW_YEAR + 1, text: big },
    ]);
    const messages: Message<object>[] = [];
    const datagrepper = new Datagrepper({ url: server.url, ...QUICK });
    for await (const message of datagrepper.search({ since: SINCE, until: UNTIL })) messages.push(message);
    expect(messages[0]).toBeInstanceOf(Greeting);
    expect(messages[0]!.summary).toBe('Hello, Ada!');
    const { dumps } = await import('../../../lib/index.js');
    expect(dumps(messages[1]!)).toContain('12345678901234567890');
  });

  it('logs an invalid message, and leaves it out', async () => {
    const lines = captureLog();
    const server = await startWith([
      ...messagesOfNewYear(2),
      { id: 'x', topic: 'a', time: NEW_YEAR, text: '{"id": "odd", "headers": {}, "body": {}}' },
    ]);
    expect(await idsOf(server)).toEqual(idsUpTo(2));
    expect(lines.map(({ text }) => text)).toEqual([expect.stringMatching(/invalid \(odd\): .*topic/)]);
  });

  it('reports the number of messages, and how many it has read', async () => {
    const server = await startWith(messagesOfNewYear(120));
    const search = new Datagrepper({ url: server.url, ...QUICK }).search({ since: SINCE, until: UNTIL });
    expect(search.total).toBeUndefined();
    for await (const message of search) {
      if (message.id === idOf(109)) expect([search.total, search.read]).toEqual([120, 110]);
    }
    expect(search.read).toBe(120);
  });

  it.each<[string, DatagrepperQuery, RegExp]>([
    ['a time that is none', { since: 'yesterday' }, /'since' must be a Date or a time such as .*yesterday/],
    ['a span that ends before it begins', { since: UNTIL, until: SINCE }, /'since' must be before 'until'/],
    ['a pattern instead of a topic', { topic: 'org.fedoraproject.prod.bodhi.#' }, /knows no \* and #/],
  ])('refuses %s before its first request', async (_, query, reason) => {
    const server = await startWith([]);
    await expect(idsOf(server, query)).rejects.toThrow(ConfigurationException);
    await expect(idsOf(server, query)).rejects.toThrow(reason);
    expect(server.requests).toEqual([]);
  });

  it("reports Datagrepper's reason for refusing a request, and does not try again", async () => {
    const server = await startWith([]);
    const failure = idsOf(server, { text: 'kernel' });
    await expect(failure).rejects.toThrow(
      /answered 400 Bad Request: When using contains, specify either a topic/,
    );
    await expect(failure).rejects.toMatchObject({ name: 'DatagrepperException', status: 400 });
    expect(server.requests).toHaveLength(1);
  });
});

describe('a request to Datagrepper', () => {
  it.each([
    ['answers 500', FAULTS.database],
    ['answers 500 by its proxy', FAULTS.status(500)],
    ['answers 502', FAULTS.status(502)],
    ['answers 503', FAULTS.status(503)],
    ['answers 504', FAULTS.status(504)],
    ['answers 429', FAULTS.status(429)],
    ['answers HTML', FAULTS.html],
    ['answers half of its JSON', FAULTS.broken],
    ['breaks off', FAULTS.cut],
  ])('is tried again when Datagrepper %s', async (_, fault) => {
    const lines = captureLog();
    const server = await startWith(messagesOfNewYear(250));
    server.faults.push((_response, usual) => usual(), fault, fault);
    expect(await idsOf(server)).toEqual(idsUpTo(250));
    expect(lines.map(({ level }) => level)).toEqual(['warn', 'warn']);
    expect(lines[0]!.text).toMatch(/^Datagrepper: .*; trying again in .* s \(attempt 2 of 5\)$/);
  });

  it('is tried again when no answer comes in time', async () => {
    const server = await startWith(messagesOfNewYear(3));
    server.faults.push(FAULTS.silence);
    expect(await idsOf(server, {}, { timeout: 500 })).toEqual(idsUpTo(3));
    expect(server.requests).toHaveLength(2);
  });

  it('is tried again when the answer has another page', async () => {
    const server = await startWith(messagesOfNewYear(250));
    const { first, again } = repetition();
    server.faults.push(first, again, again);
    expect(await idsOf(server)).toEqual(idsUpTo(250));
  });

  it('is tried again when the page has too few messages', async () => {
    const server = await startWith(messagesOfNewYear(250));
    server.faults.push((response) => {
      response.end('{"raw_messages": [], "total": 250, "pages": 3, "count": 0, "arguments": {}}');
    });
    expect(await idsOf(server)).toEqual(idsUpTo(250));
  });

  it('fails after the configured number of attempts, with the reason of the last attempt', async () => {
    const server = await startWith([]);
    server.faults.push(FAULTS.html, FAULTS.html, FAULTS.database);
    const failure = idsOf(server, {}, { attempts: 3 });
    await expect(failure).rejects.toThrow(DatagrepperException);
    await expect(failure).rejects.toThrow(
      /answered 500 Internal Server Error: canceling statement .*; tried 3 times/,
    );
    expect(server.requests).toHaveLength(3);
  });

  it('fails with the reason when nobody answers', async () => {
    const server = await startWith([]);
    const { url } = server;
    await server.stop();
    const search = new Datagrepper({ url, ...QUICK, attempts: 2 }).search();
    await expect(search[Symbol.asyncIterator]().next()).rejects.toThrow(
      /There is no answer from .*ECONNREFUSED/,
    );
  });

  it.each([
    ['seconds', () => '1'],
    ['a date', () => new Date(Date.now() + 2_000).toUTCString()],
  ])('waits as long as Retry-After says, in %s', async (_, retryAfter) => {
    const server = await startWith(messagesOfNewYear(1));
    server.faults.push(FAULTS.status(503, { 'retry-after': retryAfter() }));
    expect(await idsOf(server)).toHaveLength(1);
    const [first, second] = server.requests;
    // A date has no milliseconds.
    expect(second!.at - first!.at).toBeGreaterThan(900);
  });

  it('is not tried again when Retry-After is more than ten minutes', async () => {
    const server = await startWith([]);
    server.faults.push(FAULTS.status(503, { 'retry-after': '3600' }));
    await expect(idsOf(server)).rejects.toThrow(/answered 503.*asks to wait for 3600 s/);
  });

  it('comes an interval after the previous request, also of another search', async () => {
    const server = await startWith(messagesOfNewYear(250));
    const datagrepper = new Datagrepper({ url: server.url, interval: 200 });
    const read = async (): Promise<void> => {
      for await (const _ of datagrepper.search({ since: SINCE, until: UNTIL })) continue;
    };
    await Promise.all([read(), read()]);
    const times = server.requests.map(({ at }) => at);
    expect(times).toHaveLength(6);
    // A request may arrive late, so that the next request follows sooner.
    expect(times.at(-1)! - times[0]!).toBeGreaterThan(5 * 200 - 150);
  });

  it('names this library and its version', async () => {
    const server = await startWith([]);
    await idsOf(server);
    expect(server.requests[0]!.headers).toMatchObject({
      'user-agent': expect.stringMatching(/^nestjs-fedora-messaging\/\d/) as string,
      accept: 'application/json',
    });
  });

  it('ends with the reason of its signal, while it waits for an answer and for its next attempt', async () => {
    for (const fault of [FAULTS.silence, FAULTS.status(503, { 'retry-after': '500' })]) {
      const server = await startWith([]);
      const abort = new AbortController();
      server.faults.push((response, usual) => {
        fault(response, usual);
        setImmediate(() => abort.abort(new Error('enough')));
      });
      const datagrepper = new Datagrepper({ url: server.url, ...QUICK });
      const search = datagrepper.search({}, { signal: abort.signal });
      await expect(search[Symbol.asyncIterator]().next()).rejects.toThrow('enough');
    }
  });
});

describe('the Datagrepper service', () => {
  it('gets a message by its id', async () => {
    const server = await startWith(messagesOfNewYear(3));
    const datagrepper = new Datagrepper({ url: `${server.url}/`, ...QUICK });
    expect((await datagrepper.get(idOf(1)))?.body).toEqual({ index: 1 });
    expect(await datagrepper.get(idOf(7))).toBeUndefined();
    expect(server.requests.map(({ path }) => path)).toEqual(['/datagrepper/v2/id', '/datagrepper/v2/id']);
  });

  it.each(['ftp://example.org', 'nowhere', 'https://me:secret@example.org/'])(
    'refuses %s as its URL, without showing a password',
    (url) => {
      const make = (): Datagrepper => new Datagrepper({ url });
      expect(make).toThrow(ConfigurationException);
      expect(make).toThrow(/must be an http or https URL without a password/);
      expect(make).not.toThrow(/secret/);
    },
  );
});
