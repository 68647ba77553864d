import { describe, expect, it } from 'vitest';
import { FedoraMessagingService, Message, MessageSchema, Nack, type PageOptions } from '../../lib/index.js';
import type { ConsumerState } from '../../lib/page/protocol.js';
import { deferred } from '../support/collector.js';
import { PageClient, startPagedApp } from '../support/page-client.js';
import {
  addUser,
  amqpUrl,
  closeConnections,
  RawClient,
  TEMPORARY,
  unique,
} from '../support/shared-rabbitmq.js';

@MessageSchema('page.live.order', {
  bodySchema: { type: 'object', required: ['bread'], properties: { bread: { type: 'string' } } },
})
class Order extends Message<{ bread: string }> {}

/** An application on RabbitMQ with a page, and a queue of its own. */
async function startBakery(url = amqpUrl(), more: PageOptions = {}) {
  const page = await startPagedApp({
    options: {
      amqpUrl: url,
      clientProperties: { app: 'Bakery' },
      reconnect: { delay: 20 },
      monitoring: { port: 0, page: more },
    },
  });
  const raw = await RawClient.open();
  const queue = unique('page');
  raw.deleteLater(queue);
  return { ...page, raw, queue, service: page.app.get(FedoraMessagingService) };
}

/** The state of the only consumer, when it is as the test expects. */
function consumerThat(
  client: PageClient,
  isExpected: (state: ConsumerState) => boolean,
): Promise<ConsumerState> {
  return client.until(({ content }) => content.consumers?.find(isExpected));
}

describe('the page of an application on RabbitMQ', () => {
  it('shows a consumer: queue, messages in hand, prefetch, concurrency, outcomes, durations and the last error', async () => {
    const { service, url, queue, raw } = await startBakery();
    const gate = deferred();
    await service.consume(
      async (message: Message) => {
        if (message.body['bread'] === 'burnt') throw new Error('It burns');
        if (message.body['bread'] === 'slow') await gate.promise;
      },
      { queues: { [queue]: TEMPORARY }, bindings: [], prefetch: 7, concurrency: 3, onError: 'drop' },
    );
    const client = await PageClient.open(url);
    expect(await client.snapshot()).toMatchObject({
      application: 'Bakery',
      consumers: [{ queue, state: 'consuming', prefetch: 7, concurrency: 3, inHand: 0, retriesWaiting: 0 }],
    });
    for (const bread of ['rye', 'burnt', 'slow']) raw.send(queue, JSON.stringify({ bread }));
    raw.send(queue, 'no JSON');
    const state = await consumerThat(
      client,
      ({ inHand, outcomes }) => inHand === 1 && outcomes.invalid === 1,
    );
    expect(state.outcomes).toEqual({ processed: 1, dropped: 0, rejected: 0, failed: 1, invalid: 1 });
    expect(state.lastError!.text).toMatch(/It burns|is not JSON/);
    gate.resolve();
    const done = await consumerThat(
      client,
      ({ inHand, outcomes }) => inHand === 0 && outcomes.processed === 2,
    );
    expect(done.durations.p99).toBeGreaterThan(done.durations.p50);
  });

  it('shows an invalid message with the failures of its validation', async () => {
    const { service, url, queue, raw, detail } = await startBakery();
    await service.consume(() => undefined, { queues: { [queue]: TEMPORARY }, bindings: [] });
    const client = await PageClient.open(url);
    await client.snapshot();
    raw.send(queue, JSON.stringify({ bread: 3 }), {
      headers: { fedora_messaging_schema: 'page.live.order', fedora_messaging_severity: 20 },
    });
    const record = await client.until(({ content }) => content.messages?.[0]);
    expect(record).toMatchObject({ outcome: 'invalid', error: expect.stringContaining('/body/bread') });
    expect(await detail(record.seq)).toMatchObject({
      body: { bread: 3 },
      failures: [{ path: '/body/bread', message: expect.stringContaining('string') }],
    });
  });

  it('shows no value of an invalid message whose parts redact hides, and does not find it by its values', async () => {
    const { service, url, queue, raw, detail } = await startBakery(amqpUrl(), {
      redact: ({ headers }) => ({ headers, body: 'hidden' }),
    });
    await service.consume(() => undefined, { queues: { [queue]: TEMPORARY }, bindings: [] });
    const client = await PageClient.open(url);
    await client.snapshot();
    raw.send(queue, JSON.stringify({ bread: 4111 }), {
      headers: { fedora_messaging_schema: 'page.live.order', fedora_messaging_severity: 20 },
    });
    const record = await client.until(({ content }) => content.messages?.[0]);
    expect(record.error).toMatch(/^.+ is invalid: \/body\/bread is invalid$/);
    const { lastError } = await consumerThat(client, (state) => state.lastError !== undefined);
    expect(lastError).toMatchObject({ text: record.error });
    const shown = await detail(record.seq);
    expect(shown).toMatchObject({ failures: [{ path: '/body/bread' }] });
    expect(JSON.stringify(shown) + client.text).not.toContain('4111');
    const seeker = await PageClient.open(url, '?text=4111');
    expect((await seeker.snapshot()).messages).toEqual([]);
  });

  it('goes on after messages whose headers have any form', async () => {
    const { service, url, queue, raw } = await startBakery();
    await service.consume(() => undefined, { queues: { [queue]: TEMPORARY }, bindings: [] });
    const client = await PageClient.open(url, '?severity=info');
    await client.snapshot();
    const hostile = { toString: 1, valueOf: 1 };
    raw.send(queue, '{}', {
      headers: { fedora_messaging_schema: hostile, fedora_messaging_severity: hostile },
    });
    const record = await client.until(({ content }) => content.messages?.[0]);
    expect(record).toMatchObject({ outcome: 'invalid', severity: 'info', schema: '' });
    raw.send(queue, JSON.stringify({ bread: 'rye' }));
    await client.until(({ content }) => content.messages?.find(({ outcome }) => outcome === 'processed'));
  });

  it('shows messages that wait in the process for a retry', async () => {
    const { service, url, queue, raw } = await startBakery();
    await service.consume(
      () => {
        throw new Error('The oven is cold');
      },
      {
        queues: { [queue]: TEMPORARY },
        bindings: [],
        onError: 'retry',
        retry: { in: 'process', attempts: 2, delay: 60_000, maxDelay: 60_000, exhausted: 'drop' },
      },
    );
    const client = await PageClient.open(url);
    raw.send(queue, JSON.stringify({ bread: 'rye' }));
    expect(await consumerThat(client, ({ retriesWaiting }) => retriesWaiting === 1)).toMatchObject({
      outcomes: { failed: 1 },
      inHand: 0,
    });
  });

  it('counts the retries that wait in the broker', async () => {
    const { service, url, queue, raw } = await startBakery();
    for (const name of [`${queue}.retry.60000`, `${queue}.parked`]) raw.deleteLater(name);
    await service.consume(
      () => {
        throw new Error('The oven is cold');
      },
      {
        queues: { [queue]: TEMPORARY },
        bindings: [],
        onError: 'retry',
        retry: { in: 'broker', attempts: 2, delays: [60_000] },
      },
    );
    const client = await PageClient.open(url);
    for (const bread of ['rye', 'spelt']) raw.send(queue, JSON.stringify({ bread }));
    expect(await consumerThat(client, ({ retriesWaiting }) => retriesWaiting === 2)).toMatchObject({
      outcomes: { failed: 2 },
    });
  });

  it('shows a redelivered message as such, and the reason why it went back', async () => {
    const { service, url, queue, raw } = await startBakery();
    let calls = 0;
    await service.consume(
      () => {
        if (++calls === 1) throw new Nack('not yet');
      },
      { queues: { [queue]: TEMPORARY }, bindings: [] },
    );
    const client = await PageClient.open(url);
    await client.snapshot();
    raw.send(queue, JSON.stringify({ bread: 'rye' }));
    const back = await client.until(({ content }) =>
      content.messages?.find(({ isRedelivered }) => !isRedelivered),
    );
    expect(back).toMatchObject({ outcome: 'rejected', error: 'not yet' });
    await client.until(({ content }) =>
      content.messages?.find(({ isRedelivered, outcome }) => isRedelivered && outcome === 'processed'),
    );
  });

  it('shows a paused consumer as paused, a resumed one as consuming, and forgets a cancelled one', async () => {
    const { service, url, queue } = await startBakery();
    const [consumer] = await service.consume(() => undefined, {
      queues: { [queue]: TEMPORARY },
      bindings: [],
    });
    const client = await PageClient.open(url);
    await consumer!.pause();
    const paused = await consumerThat(client, ({ state }) => state === 'paused');
    expect(paused.queue).toBe(queue);
    await consumer!.resume();
    const seen = client.events.length;
    await client.until(
      (event) => client.events.indexOf(event) >= seen && event.content.consumers?.[0]?.state === 'consuming',
    );
    await consumer!.cancel();
    await client.until(({ content }) => content.consumers?.length === 0);
  });

  it('shows lost connections and their return on a time line, without passwords', async () => {
    const user = await addUser({ configure: '.*', write: '.*', read: '.*' });
    const { service, url, queue } = await startBakery(amqpUrl(user));
    await service.consume(() => undefined, { queues: { [queue]: TEMPORARY }, bindings: [] });
    const client = await PageClient.open(url);
    await client.snapshot();
    await closeConnections(user);
    const timeline = await client.until(({ content }) => {
      const events = content.connections?.[0]?.timeline ?? [];
      return events.filter(({ type }) => type === 'connected').length === 2 && events;
    });
    expect(timeline.map(({ connection, type }) => `${connection} ${type}`)).toEqual([
      'consuming connected',
      'consuming disconnected',
      'consuming connected',
    ]);
    expect(timeline[1]!.reason).toMatch(/\w/);
    expect(client.text).not.toContain(`${user}:`);
  });

  it('counts publishes: confirmed, failed by reason, and their latency', async () => {
    const { service, url } = await startBakery();
    const client = await PageClient.open(url);
    await client.snapshot();
    for (let count = 0; count < 3; count++)
      await service.publish(new Order({ topic: 'page', body: { bread: 'rye' } }));
    await service.publish(new Order({ topic: 'page', body: {} as never })).catch(() => undefined);
    await service
      .publish(new Message({ topic: unique('nowhere') }), { mandatory: true })
      .catch(() => undefined);
    const [state] = await client.until(
      ({ content }) => content.publishing?.[0]?.failed['returned'] === 1 && content.publishing,
    );
    expect(state).toMatchObject({
      confirmed: 3,
      inFlight: 0,
      waiting: 0,
      failed: { invalid: 1, returned: 1 },
    });
    expect(state!.latency.p95).toBeGreaterThan(0);
  });

  it('has a point of the history every 5 s', async () => {
    const { service, url } = await startBakery();
    const client = await PageClient.open(url);
    await service.publish(new Order({ topic: 'page', body: { bread: 'rye' } }));
    const point = await client.until(({ content }) => content.point);
    expect(point).toMatchObject({ published: 1, failedPublishes: 0, inHand: 0 });
    const again = await PageClient.open(url);
    expect((await again.snapshot()).history.minutes).toContainEqual(point);
  });
});
