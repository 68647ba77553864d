import { expect, it } from 'vitest';
import type { Table } from '../../../lib/broker/port.js';
import { type Client, onBothBrokers } from '../../support/both-brokers.js';
import { unique } from '../../support/shared-rabbitmq.js';

const TIME = { '!': 'timestamp', value: expect.any(Number) as unknown };

/** Arguments of a queue whose dead letters go to another queue. */
const to = (queue: string): Table => ({
  'x-dead-letter-exchange': '',
  'x-dead-letter-routing-key': queue,
});

/** Takes the next message of a queue, and rejects it. */
async function rejectNext(client: Client, queue: string): Promise<void> {
  const consumer = await client.consume(queue, 1);
  const [message] = await consumer.whenCount(1);
  await consumer.channel.cancel(consumer.tag);
  consumer.channel.nack(message!, false, false);
  await consumer.channel.close();
}

/** Further headers of a dead letter since RabbitMQ 4. */
function lastDeath({ version }: Client, queue: string, reason: string): Record<string, string> {
  if (!version.isSince(4)) return {};
  return { 'x-last-death-exchange': '', 'x-last-death-queue': queue, 'x-last-death-reason': reason };
}

onBothBrokers((open) => {
  it('a rejected message goes to the dead-letter exchange, with its death in its headers', async () => {
    const client = await open();
    const dead = await client.queue();
    const queue = await client.queue(to(dead));
    await client.publish('', queue, 'm', { messageId: 'id', headers: { own: 1 } });
    await rejectNext(client, queue);
    const [letter] = await client.take(dead, 1);
    expect(letter!.content.toString()).toBe('m');
    expect(letter!.fields).toMatchObject({ exchange: '', routingKey: dead, redelivered: false });
    expect(letter!.properties.messageId).toBe('id');
    expect(letter!.properties.headers).toEqual({
      own: 1,
      'x-death': [{ count: 1, reason: 'rejected', queue, exchange: '', 'routing-keys': [queue], time: TIME }],
      'x-first-death-exchange': '',
      'x-first-death-queue': queue,
      'x-first-death-reason': 'rejected',
      ...lastDeath(client, queue, 'rejected'),
    });
    const [{ time }] = letter!.properties.headers!['x-death'] as [{ time: { value: number } }];
    expect(Math.abs(time.value - Date.now() / 1000)).toBeLessThan(60);
  });

  it('a dead letter keeps the routing key of its message unless it has its own', async () => {
    const client = await open();
    const exchange = await client.exchange('topic');
    const [dead, queue] = [await client.queue(), await client.queue({ 'x-dead-letter-exchange': exchange })];
    await client.channel.bindQueue(dead, exchange, 'original.#');
    await client.channel.bindQueue(queue, 'amq.topic', `original.${queue}`);
    await client.publish('amq.topic', `original.${queue}`);
    await rejectNext(client, queue);
    const [letter] = await client.take(dead, 1);
    expect(letter!.fields).toMatchObject({ exchange, routingKey: `original.${queue}` });
    expect(letter!.properties.headers).toMatchObject({
      'x-death': [{ exchange: 'amq.topic', 'routing-keys': [`original.${queue}`] }],
      'x-first-death-exchange': 'amq.topic',
    });
  });

  it('several messages that are rejected at once are dead-lettered in order', async () => {
    const client = await open();
    const dead = await client.queue();
    const queue = await client.queue(to(dead));
    await client.send(queue, '1', '2', '3');
    const consumer = await client.consume(queue);
    const messages = await consumer.whenCount(3);
    consumer.channel.nack(messages[2]!, true, false);
    expect(await client.bodies(dead, 3)).toEqual(['1', '2', '3']);
  });

  it('a rejected message is gone when the dead-letter exchange is missing, or not given', async () => {
    const client = await open();
    for (const args of [{}, { 'x-dead-letter-exchange': unique('missing') }]) {
      const queue = await client.queue(args);
      await client.send(queue, '1');
      await rejectNext(client, queue);
      await client.send(queue, '2');
      expect(await client.bodies(queue, 1)).toEqual(['2']);
    }
  });

  it('an expired message is dead-lettered without its time to live', async () => {
    const client = await open();
    const dead = await client.queue();
    const queue = await client.queue(to(dead));
    await client.publish('', queue, 'm', { expiration: '20' });
    const [letter] = await client.take(dead, 1);
    expect(letter!.properties.expiration).toBeUndefined();
    expect(letter!.properties.headers).toMatchObject({
      'x-death': [{ count: 1, reason: 'expired', queue, 'original-expiration': '20' }],
      'x-first-death-reason': 'expired',
    });
  });

  it('the deaths of a message are counted by queue and reason, the latest first', async () => {
    const client = await open();
    const work = client.deleteLater(unique('work'));
    const wait = await client.queue({ ...to(work), 'x-message-ttl': 20 });
    await client.channel.assertQueue(work, { durable: false, arguments: to(wait) });
    await client.send(work, 'm');
    await rejectNext(client, work);
    await rejectNext(client, work);
    const [letter] = await client.take(work, 1);
    expect(letter!.fields).toMatchObject({ routingKey: work });
    expect(letter!.properties.headers).toEqual({
      'x-death': [
        { count: 2, reason: 'expired', queue: wait, exchange: '', 'routing-keys': [wait], time: TIME },
        { count: 2, reason: 'rejected', queue: work, exchange: '', 'routing-keys': [work], time: TIME },
      ],
      'x-first-death-exchange': '',
      'x-first-death-queue': work,
      'x-first-death-reason': 'rejected',
      ...lastDeath(client, wait, 'expired'),
    });
  });

  it('a message that would circulate without end is dropped, but not if a consumer rejects it on the way', async () => {
    const client = await open();
    const one = client.deleteLater(unique('one'));
    const two = await client.queue({ ...to(one), 'x-message-ttl': 20 });
    await client.channel.assertQueue(one, {
      durable: false,
      arguments: { ...to(two), 'x-message-ttl': 20 },
    });
    const self = client.deleteLater(unique('self'));
    await client.channel.assertQueue(self, {
      durable: false,
      arguments: { ...to(self), 'x-message-ttl': 20 },
    });
    await client.send(one, 'round');
    await client.send(self, 'round');
    await expect
      .poll(async () => [await client.count(one), await client.count(two), await client.count(self)])
      .toEqual([0, 0, 0]);
    const rejecting = client.deleteLater(unique('rejecting'));
    await client.channel.assertQueue(rejecting, { durable: false, arguments: to(rejecting) });
    await client.send(rejecting, 'again');
    for (let times = 0; times < 3; times++) await rejectNext(client, rejecting);
    const [letter] = await client.take(rejecting, 1);
    expect(letter!.properties.headers).toMatchObject({ 'x-death': [{ count: 3 }] });
  });

  it('a deleted or expired queue dead-letters nothing', async () => {
    const client = await open();
    const dead = await client.queue();
    const [deleted, expired] = [
      await client.queue(to(dead)),
      await client.queue({ ...to(dead), 'x-expires': 50 }),
    ];
    await client.send(deleted, '1');
    await client.send(expired, '2');
    await client.channel.deleteQueue(deleted);
    await client.whenGone(expired);
    await client.send(dead, 'end');
    expect(await client.bodies(dead, 1)).toEqual(['end']);
  });

  it('a dead letter with its own routing key loses the CC and BCC headers, whose copies were sent', async () => {
    const client = await open();
    const [dead, copy] = [await client.queue(), await client.queue()];
    const queue = await client.queue(to(dead));
    await client.publish('', queue, 'm', { headers: { CC: [copy] } });
    await rejectNext(client, queue);
    const [letter] = await client.take(dead, 1);
    expect(letter!.properties.headers).toMatchObject({ 'x-death': [{ 'routing-keys': [queue, copy] }] });
    // Since version 4, RabbitMQ keeps the header, but does not send the copies again.
    if (!client.version.isSince(4)) expect(letter!.properties.headers).not.toHaveProperty('CC');
    expect(await client.bodies(copy, 1)).toEqual(['m']);
    expect(await client.count(copy)).toBe(0);
  });
});
