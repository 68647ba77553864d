import { describe, expect, it, onTestFinished } from 'vitest';
import { PublishReturned } from '../../lib/index.js';
import { RabbitMq } from '../support/rabbitmq.js';
import { addUser, amqpUrl, closeConnections } from '../support/shared-rabbitmq.js';
import { BROKERS } from './support/brokers.js';
import { figure, LivePage } from './support/live-page.js';
import { parcel } from './support/parcels.js';
import { CONSUMER, PostOffice } from './support/post-office.js';

const CARD = `Consumer ${CONSUMER}`;

describe.each(BROKERS)('the view of the bus on %s', (_, urlOf) => {
  it('shows the queue, state, prefetch and concurrency of a consumer', async () => {
    const office = await PostOffice.open({
      amqpUrl: urlOf(),
      consumer: { concurrency: 3 },
      settings: { qos: { prefetchCount: 7 } },
    });
    const live = await LivePage.open(office.url, '#bus');
    const card = live.card(CARD);
    await card.getByText('consuming').waitFor();
    await card.getByText(office.queue).waitFor();
    expect(await figure(card, 'Now', 'prefetch')).toBe('7');
    expect(await figure(card, 'Now', 'concurrency')).toBe('3');
  });

  it('shows how many messages a consumer has in hand', async () => {
    const office = await PostOffice.open({ amqpUrl: urlOf(), consumer: { concurrency: 2 } });
    const live = await LivePage.open(office.url, '#bus');
    await office.publish(parcel({ fate: 'wait' }), parcel({ fate: 'wait' }));
    const inHand = (): Promise<string> => figure(live.card(CARD), 'Now', 'in hand');
    await expect.poll(inHand).toBe('2');
    office.release();
    await expect.poll(inHand).toBe('0');
  });

  it('counts the outcomes of a consumer', async () => {
    const office = await PostOffice.open({ amqpUrl: urlOf() });
    const live = await LivePage.open(office.url, '#bus');
    await office.publish(
      parcel(),
      parcel({ fate: 'drop' }),
      parcel({ fate: 'give back' }),
      parcel({ fate: 'fail' }),
    );
    await office.sendRaw('no JSON');
    const card = live.card(CARD);
    const outcome = (name: string) => () => figure(card, 'Messages', name);
    // The message that was given back came again.
    await expect.poll(outcome('processed')).toBe('2');
    await expect.poll(outcome('dropped')).toBe('1');
    await expect.poll(outcome('rejected')).toBe('1');
    await expect.poll(outcome('failed')).toBe('1');
    await expect.poll(outcome('invalid')).toBe('1');
  });

  it('shows the percentiles of the durations of a consumer', async () => {
    const office = await PostOffice.open({ amqpUrl: urlOf() });
    const live = await LivePage.open(office.url, '#bus');
    await office.publish(parcel());
    for (const name of ['p50', 'p95', 'p99']) {
      await expect.poll(() => figure(live.card(CARD), 'Durations', name)).toMatch(/^(?!0 ms)[\d.]+ m?s$/);
    }
  });

  it('shows the last error of a consumer, with its time, message and stack', async () => {
    const office = await PostOffice.open({ amqpUrl: urlOf() });
    const live = await LivePage.open(office.url, '#bus');
    const message = parcel({ fate: 'fail' });
    await office.publish(message);
    const card = live.card(CARD);
    await card.getByText('the van broke down').first().waitFor();
    await card.getByText(message.id!).waitFor();
    await card.getByText('Stack').click();
    await card.getByText(/at .*post-office\.ts/).waitFor();
  });

  it('counts the retries that wait in the process', async () => {
    const office = await PostOffice.open({
      amqpUrl: urlOf(),
      consumer: { onError: 'retry', retry: { in: 'process', attempts: 2, delay: 600_000 } },
    });
    const live = await LivePage.open(office.url, '#bus');
    await office.publish(parcel({ fate: 'fail' }));
    await expect.poll(() => figure(live.card(CARD), 'Now', 'retries waiting')).toBe('1');
  });

  it('counts the publishes that the broker has confirmed, and shows their latency', async () => {
    const office = await PostOffice.open({ amqpUrl: urlOf() });
    const live = await LivePage.open(office.url, '#bus');
    await office.publish(parcel(), parcel());
    const card = live.card('Publishing on the bus default');
    await expect.poll(() => figure(card, 'Publishes', 'confirmed')).toBe('2');
    await expect.poll(() => figure(card, 'Latency', 'p99')).toMatch(/^(?!0 ms)[\d.]+ m?s$/);
    expect(await figure(card, 'Now', 'in flight')).toBe('0');
    expect(await figure(card, 'Now', 'waiting')).toBe('0');
  });

  it('counts the publishes that failed, by reason', async () => {
    const office = await PostOffice.open({ amqpUrl: urlOf() });
    const live = await LivePage.open(office.url, '#bus');
    const message = parcel();
    message.topic = 'nobody.is.bound';
    await expect(
      office.service.publish(message, { exchange: 'amq.direct', mandatory: true }),
    ).rejects.toThrow(PublishReturned);
    const card = live.card('Publishing on the bus default');
    await expect.poll(() => figure(card, 'Publishes', 'failed: returned')).toBe('1');
  });

  it('shows that both connections are up, and since when', async () => {
    const office = await PostOffice.open({ amqpUrl: urlOf() });
    const live = await LivePage.open(office.url, '#bus');
    await office.publish(parcel());
    const card = live.card('Connections of the bus default');
    await expect.poll(() => card.getByText('up', { exact: true }).count()).toBe(2);
    await expect
      .poll(() => card.getByRole('listitem').allInnerTexts())
      .toEqual([
        expect.stringMatching(/\d\d:\d\d:\d\d.*connected/s),
        expect.stringMatching(/\d\d:\d\d:\d\d.*connected/s),
      ]);
  });
});

describe('the view of the bus on RabbitMQ', () => {
  it('shows lost connections on a time line', async () => {
    const user = await addUser({ configure: '.*', write: '.*', read: '.*' });
    const office = await PostOffice.open({ amqpUrl: amqpUrl(user) });
    const live = await LivePage.open(office.url, '#bus');
    const card = live.card('Connections of the bus default');
    await card.getByText('up', { exact: true }).first().waitFor();
    await closeConnections(user);
    await card.getByRole('img', { name: /^The connection for consuming since .*: lost 1 time/ }).waitFor();
    await card.getByText('disconnected').first().waitFor();
    await card
      .getByText(/closed by the test/)
      .first()
      .waitFor();
    await expect.poll(() => card.getByText('up', { exact: true }).count()).toBeGreaterThan(0);
  });

  it('shows that the broker blocks a connection, and why, and the publishes that are in flight', async () => {
    const broker = await RabbitMq.start();
    onTestFinished(() => broker.stop());
    const office = await PostOffice.open({ amqpUrl: `amqp://127.0.0.1:${broker.port}` });
    await office.publish(parcel());
    const live = await LivePage.open(office.url, '#bus');
    await broker.raiseMemoryAlarm();
    // The broker sends this to the first connection that publishes.
    const waiting = office.service.publish(parcel(), { timeout: Infinity });
    const connections = live.card('Connections of the bus default');
    await connections.getByText('blocked', { exact: true }).first().waitFor();
    await connections.getByText('low on memory').first().waitFor();
    const publishing = live.card('Publishing on the bus default');
    await expect.poll(() => figure(publishing, 'Now', 'in flight')).toBe('1');
    await broker.clearMemoryAlarm();
    await waiting;
    await expect.poll(() => figure(publishing, 'Now', 'in flight')).toBe('0');
    await connections.getByText('unblocked').first().waitFor();
  });
});
