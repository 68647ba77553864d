import { expect, it } from 'vitest';
import { FedoraMessagingService, Message, MessageSchema } from '../../../lib/index.js';
import { PageFeed } from '../../../lib/page/index.js';
import { memoryUrl } from '../../support/memory-url.js';
import { PageClient, startPagedApp } from '../../support/page-client.js';

let summaries = 0;

@MessageSchema('page.clients.order', { topic: 'bakery.order' })
class Order extends Message<{ bread: string; names?: string[] }> {
  override get summary(): string {
    summaries++;
    return this.body.bread;
  }

  override get usernames(): readonly string[] {
    return this.body.names ?? [];
  }
}

async function startBakery(handle: (message: Message) => unknown = () => undefined) {
  const page = await startPagedApp({ options: { amqpUrl: memoryUrl() } });
  const service = page.app.get(FedoraMessagingService);
  await service.consume((message) => handle(message) as void, { onError: 'drop', concurrency: 10 });
  const feed = page.app.get(PageFeed, { strict: false });
  const order = (bread: string) => service.publish(new Order({ body: { bread } }));
  return { ...page, service, feed, order };
}

const consumed = ({ service }: { service: FedoraMessagingService }): number =>
  service.statistics.consumed.processed + service.statistics.consumed.failed;

it('while nobody looks, messages are counted, and no message is kept or read', async () => {
  summaries = 0;
  const bakery = await startBakery((message) => {
    if (message.body['bread'] === 'burnt') throw new Error('It burns');
  });
  for (const bread of ['rye', 'burnt', 'oats']) await bakery.order(bread);
  await expect.poll(() => consumed(bakery)).toBe(3);
  expect(bakery.feed.collected.isOpen).toBe(false);
  expect(bakery.feed.collected.ring.size).toBe(0);
  expect(bakery.feed.collected.topics.shown()).toEqual([]);
  expect(summaries).toBe(0);

  const client = await PageClient.open(bakery.url);
  const { messages, consumers, publishing } = await client.snapshot();
  expect(messages).toEqual([]);
  expect(consumers).toMatchObject([
    {
      outcomes: { processed: 2, failed: 1, dropped: 0, rejected: 0, invalid: 0 },
      inHand: 0,
      lastError: { text: 'It burns', stack: expect.stringContaining('page-clients.spec') },
    },
  ]);
  expect(consumers[0]!.durations.p99).toBeGreaterThan(0);
  expect(publishing).toMatchObject([{ confirmed: 3, inFlight: 0, waiting: 0, failed: {} }]);
  expect(publishing[0]!.latency.p50).toBeGreaterThan(0);
});

it('messages are kept from the moment that somebody looks', async () => {
  const bakery = await startBakery();
  const client = await PageClient.open(bakery.url);
  await client.snapshot();
  await bakery.order('rye');
  await expect.poll(() => bakery.feed.collected.ring.size).toBe(1);
});

it('the consumer handles every message although a client reads nothing, which is sent less than other clients', async () => {
  const bakery = await startBakery();
  const slow = await PageClient.open(bakery.url);
  await slow.snapshot();
  slow.response.pause();
  const quick = await PageClient.open(bakery.url);
  await quick.snapshot();
  const sent = ({ events }: PageClient): number =>
    events.slice(1).reduce((sum, { content }) => sum + (content.messages?.length ?? 0), 0);
  const leftOut = ({ events }: PageClient): number =>
    events.slice(1).reduce((sum, { content }) => sum + (content.leftOut ?? 0), 0);
  // On a busy machine, the quick client may miss messages, too: it is told how many.
  const whenTold = (client: PageClient, count: number) =>
    client.until(() => sent(client) + leftOut(client) === count);
  // A record has 10 kB of names, and the buffers of a socket hold at most a few MB.
  const names = Array.from({ length: 50 }, (_, at) => `${at}`.padEnd(200, 'x'));
  const rounds = 20;
  for (let round = 1; round <= rounds; round++) {
    await Promise.all(
      Array.from({ length: 50 }, (_, at) =>
        bakery.service.publish(new Order({ body: { bread: `${round}.${at}`, names } })),
      ),
    );
    await whenTold(quick, 50 * round);
  }
  expect(consumed(bakery)).toBe(50 * rounds);
  slow.response.resume();
  await bakery.order('end');
  await whenTold(slow, 50 * rounds + 1);
  await whenTold(quick, 50 * rounds + 1);
  expect(sent(slow)).toBeLessThan(sent(quick));
});

it('a client that has gone is forgotten, and a closing application ends the streams of the others', async () => {
  const bakery = await startBakery();
  const { choosers } = bakery.feed.collected;
  const gone = await PageClient.open(bakery.url, '?topic=bakery.order');
  await gone.snapshot();
  expect(choosers.size).toBe(1);
  const client = await PageClient.open(bakery.url);
  await client.snapshot();
  await gone.leave();
  await expect.poll(() => choosers.size).toBe(0);
  await bakery.app.close();
  await expect.poll(() => client.response.destroyed).toBe(true);
});
