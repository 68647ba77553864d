import { expect, it } from 'vitest';
import { Drop, FedoraMessagingService, Message, MessageSchema } from '../../../lib/index.js';
import { PageFeed } from '../../../lib/page/index.js';
import type { Changes, MessageRecord } from '../../../lib/page/protocol.js';
import { memoryUrl } from '../../support/memory-url.js';
import { ask, PageClient, startPagedApp } from '../../support/page-client.js';

@MessageSchema('page.stream.order', { topic: 'bakery.order', package: 'bakery' })
class Order extends Message<{ bread: string; by?: string }> {
  override get summary(): string {
    return `${this.body.by ?? 'Somebody'} orders ${this.body.bread}`;
  }

  override get usernames(): readonly string[] {
    return this.body.by === undefined ? [] : [this.body.by];
  }

  override get packages(): readonly string[] {
    return [this.body.bread];
  }
}

/** A bakery whose handler does what the test says, and its page. */
async function startBakery(handle: (message: Message) => unknown = () => undefined) {
  const { app, ...page } = await startPagedApp({ options: { amqpUrl: memoryUrl() } });
  const service = app.get(FedoraMessagingService);
  const [consumer] = await service.consume(
    function bake(message) {
      return handle(message) as void;
    },
    { onError: 'drop', concurrency: 10 },
  );
  const order = (bread: string, more: { by?: string; topic?: string; severity?: 10 | 20 | 30 | 40 } = {}) => {
    const { by, ...init } = more;
    return service.publish(new Order({ body: { bread, ...(by !== undefined && { by }) }, ...init }));
  };
  return { ...page, app, service, consumer: consumer!, order };
}

/** Handlers that wait until the test lets them go on. */
function gate() {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

/** The breads that a client is sent until one comes; the query has its filters. */
async function breadsUntil(client: PageClient, last: string): Promise<string[]> {
  const breads: string[] = [];
  await client.until(({ content }) => {
    breads.push(...(content.messages ?? []).flatMap(({ packages }) => packages));
    return breads.includes(last);
  });
  return breads;
}

it('a client gets a snapshot, and then each message when it comes', async () => {
  const { order, url } = await startBakery();
  const client = await PageClient.open(url);
  expect(await client.snapshot()).toMatchObject({
    buses: ['default'],
    messages: [],
    leftOut: 0,
    consumers: [{ bus: 'default', name: 'bake', state: 'consuming', prefetch: 10, concurrency: 10 }],
    connections: [{ bus: 'default', publishing: { state: 'unused' }, consuming: { state: 'up' } }],
    visitor: { actions: false },
  });
  await order('rye', { by: 'anna' });
  expect(await client.until(({ content }) => content.messages?.[0])).toMatchObject({
    seq: 1,
    topic: 'bakery.order',
    schema: 'page.stream.order',
    severity: 'info',
    summary: 'anna orders rye',
    users: ['anna'],
  });
});

it('a client is told the outcome of a message that it was shown in hand', async () => {
  const { opened, open } = gate();
  const { order, url } = await startBakery(() => opened);
  const client = await PageClient.open(url);
  await client.snapshot();
  await order('rye');
  const { seq, outcome } = await client.until(({ content }) => content.messages?.[0]);
  expect(outcome).toBe('in-hand');
  open();
  expect(await client.until(({ content }) => content.outcomes?.[0])).toEqual({
    seq,
    outcome: 'processed',
    milliseconds: expect.any(Number),
  });
});

it('the record of a message that failed has the error in one line, and its detail the stack', async () => {
  const { order, url, detail } = await startBakery(() => {
    throw new Error('The oven is\ncold');
  });
  const client = await PageClient.open(url);
  await order('rye');
  const record = await client.until(({ content }) =>
    content.messages?.find(({ outcome }) => outcome === 'failed'),
  );
  expect(record.error).toBe('The oven is cold');
  expect(await detail(record.seq)).toMatchObject({
    record: { seq: record.seq },
    headers: { fedora_messaging_schema: 'page.stream.order' },
    body: { bread: 'rye' },
    attempt: 1,
    failures: [],
    error: { text: 'The oven is cold', stack: expect.stringContaining('page-stream.spec') },
  });
});

it('a client that comes back with Last-Event-ID gets what it missed, and no snapshot', async () => {
  const { opened, open } = gate();
  const { order, url } = await startBakery(({ body }) => body['bread'] === 'rye' && opened);
  const client = await PageClient.open(url);
  await order('rye');
  const { seq } = await client.until(({ content }) => content.messages?.[0]);
  const { id } = client.events.at(-1)!;
  await client.leave();
  open();
  for (let count = 0; count < 120; count++) await order(`wheat ${count}`);
  await order('oats');

  const again = await PageClient.open(url, '', { 'last-event-id': id });
  const breads = await breadsUntil(again, 'oats');
  expect(again.events.map(({ event }) => event)).not.toContain('snapshot');
  expect(breads).toEqual([...Array.from({ length: 120 }, (_, count) => `wheat ${count}`), 'oats']);
  const outcomes = again.events.flatMap(({ content }) => content.outcomes ?? []);
  expect(outcomes).toMatchObject([{ seq, outcome: 'processed' }]);
  expect(again.events.every(({ content }) => (content.messages?.length ?? 0) <= 50)).toBe(true);
  // Only the last part has an id: who loses the connection between two parts gets them again.
  const parts = again.events.filter(({ content }) => content.messages?.length === 50);
  expect(parts.map(({ id: partId }) => partId)).toEqual(['', '']);
});

it('a client with a filter of outcomes that comes back is shown what failed meanwhile', async () => {
  const { opened, open } = gate();
  const { order, url } = await startBakery(async () => {
    await opened;
    throw new Error('The oven is cold');
  });
  const failing = '?outcome=failed';
  const watching = await PageClient.open(url);
  await order('rye');
  await watching.until(({ content }) => content.messages?.[0]);
  const client = await PageClient.open(url, failing);
  await client.snapshot();
  const { id } = client.events.at(-1)!;
  await client.leave();
  open();
  await watching.until(({ content }) => content.outcomes?.[0]);

  const again = await PageClient.open(url, failing, { 'last-event-id': id });
  expect(await breadsUntil(again, 'rye')).toEqual(['rye']);
});

it('a client with a filter that comes back after a flood gets a snapshot, because messages it wants may be missing', async () => {
  const { order, url, app } = await startBakery();
  const query = '?user=bob';
  const client = await PageClient.open(url, query);
  await client.snapshot();
  const { id } = client.events.at(-1)!;
  await client.leave();
  const { collected } = app.get(PageFeed, { strict: false });
  collected.passedBy += 1;
  await order('rye', { by: 'bob' });

  const again = await PageClient.open(url, query, { 'last-event-id': id });
  expect(await again.until(({ event }) => event)).toBe('snapshot');
});

it.each(['other-process/0/0/0', '', 'x'])(
  'a client with the Last-Event-ID %j, which is not of this process, gets a snapshot',
  async (id) => {
    const { url } = await startBakery();
    const client = await PageClient.open(url, '', { 'last-event-id': id });
    expect(await client.snapshot()).toMatchObject({ buses: ['default'] });
  },
);

it('the ids of events increase', async () => {
  const { order, url } = await startBakery();
  const client = await PageClient.open(url);
  await order('rye');
  await client.until(({ content }) => content.messages?.length);
  await order('oats');
  await breadsUntil(client, 'oats');
  const changes = client.events.map(({ id }) => Number(id.split('/')[2]));
  expect(changes).toEqual(changes.toSorted((one, other) => one - other));
  expect(changes.at(-1)).toBeGreaterThan(changes[0]!);
});

it.each([
  ['topic=bakery.*', ['rye', 'last']],
  ['topic=%23.night', ['oats']],
  ['topic=bakery.%23', ['rye', 'oats', 'last']],
  ['topic=bakery', []],
  ['schema=page.stream.order', ['rye', 'oats', 'last']],
  ['schema=another', []],
  ['severity=error,debug', ['oats']],
  ['user=anna', ['rye']],
  ['package=oats&package=rye', ['rye', 'oats']],
  ['outcome=dropped', ['oats']],
  ['consumer=bake', ['rye', 'oats', 'last']],
  ['consumer=another', []],
  ['text=ANNA', ['rye']],
  ['text=.night', ['oats']],
  ['user=anna&severity=error', []],
] as const)(
  'the filter %s leaves the messages %j, in the stream and in the snapshot',
  async (query, expected) => {
    const { order, url } = await startBakery((message) => {
      if (message.severity === 40) throw new Drop('too late');
    });
    // Both see the last message: the first that has it has seen all that match before.
    const marker = await PageClient.open(url);
    const client = await PageClient.open(url, `?${query}`);
    await client.snapshot();
    await order('rye', { by: 'anna' });
    await order('oats', { topic: 'bakery.order.night', severity: 40 });
    await order('last');
    await breadsUntil(marker, 'last');
    const late = await PageClient.open(url, `?${query}`);
    const breadsIn = (messages: readonly MessageRecord[] = []) =>
      messages.flatMap(({ packages }) => packages);
    expect(breadsIn((await late.snapshot()).messages)).toEqual(expected);
    // The next state comes to both clients in one turn, so the filtered one has everything then.
    const seen = client.events.length;
    await client.until((event) => client.events.indexOf(event) >= seen && event.content.topics);
    expect(client.events.slice(1).flatMap(({ content }) => breadsIn(content.messages))).toEqual(expected);
  },
);

it('of more than 50 messages in a moment the newest 50 are sent, and the others are counted', async () => {
  const { order, url, service } = await startBakery();
  const client = await PageClient.open(url);
  await client.snapshot();
  await Promise.all(Array.from({ length: 300 }, (_, count) => order(`bread ${count}`)));
  await expect.poll(() => service.statistics.consumed.processed).toBe(300);
  await order('last');
  await breadsUntil(client, 'last');
  const changes = client.events.slice(1).map(({ content }): Changes => content);
  const sent = changes.flatMap(({ messages = [] }) => messages);
  const leftOut = changes.reduce((sum, { leftOut: count = 0 }) => sum + count, 0);
  expect(Math.max(...changes.map(({ messages = [] }) => messages.length))).toBeLessThanOrEqual(50);
  expect(sent.length + leftOut).toBe(301);
  expect(leftOut).toBeGreaterThan(0);
});

it('a message that has left the buffer is 404 with a sentence', async () => {
  const { url } = await startBakery();
  const { status, text } = await ask(`${url}/api/messages/77`);
  expect(status).toBe(404);
  expect(JSON.parse(text)).toEqual({
    error: 'The page does not keep message number 77 any more: newer messages have taken its place',
  });
});
