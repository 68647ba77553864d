import { describe, expect, it } from 'vitest';
import type { Table } from '../../../lib/broker/port.js';
import { type Client, onBothBrokers } from '../../support/both-brokers.js';

const to = (queue: string): Table => ({ 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': queue });

/** Publishes the messages one after the other, and returns which ones the broker accepts. */
async function taken(client: Client, queue: string, ...bodies: string[]): Promise<boolean[]> {
  const all: boolean[] = [];
  for (const body of bodies) {
    all.push(
      await client.publish('', queue, body).then(
        () => true,
        (error: Error) => {
          expect(error.message).toBe('message nacked');
          return false;
        },
      ),
    );
  }
  return all;
}

async function whenEmpty(client: Client, queue: string): Promise<void> {
  await expect.poll(() => client.count(queue)).toBe(0);
}

onBothBrokers((open) => {
  describe('the time to live', () => {
    it('x-message-ttl: messages that wait longer are gone', async () => {
      const client = await open();
      const queue = await client.queue({ 'x-message-ttl': 30 });
      await client.send(queue, '1', '2');
      await whenEmpty(client, queue);
    });

    it('x-message-ttl of 0: a message is delivered at once, or gone', async () => {
      const client = await open();
      const queue = await client.queue({ 'x-message-ttl': 0 });
      await client.send(queue, 'gone');
      const consumer = await client.consume(queue, 1);
      await client.send(queue, 'delivered');
      await consumer.whenCount(1);
      expect(consumer.bodies).toEqual(['delivered']);
    });

    it('expiration: an expired message leaves when it is the first of its queue', async () => {
      const client = await open();
      const dead = await client.queue();
      const queue = await client.queue(to(dead));
      await client.publish('', queue, 'first');
      await client.publish('', queue, 'behind', { expiration: 20 });
      const witness = await client.queue({ 'x-message-ttl': 60 });
      await client.send(witness, 'm');
      await whenEmpty(client, witness);
      expect(await client.count(queue)).toBe(2);
      expect(await client.bodies(queue, 1)).toEqual(['first']);
      expect(await client.bodies(dead, 1)).toEqual(['behind']);
    });

    it('expiration: may be longer than any timer', async () => {
      const client = await open();
      const queue = await client.queue();
      await client.publish('', queue, 'm', { expiration: '99999999999' });
      await client.send(queue, 'end');
      expect(await client.bodies(queue, 2)).toEqual(['m', 'end']);
    });

    it('of queue and message: the shorter one counts', async () => {
      const client = await open();
      const [short, long] = [
        await client.queue({ 'x-message-ttl': 30 }),
        await client.queue({ 'x-message-ttl': 60_000 }),
      ];
      await client.publish('', short, 'm', { expiration: '60000' });
      await client.publish('', long, 'm', { expiration: '30' });
      await whenEmpty(client, short);
      await whenEmpty(client, long);
    });

    it('of a message in hand does not end, and ends when the message is put back', async () => {
      const client = await open();
      const dead = await client.queue();
      const queue = await client.queue({ ...to(dead), 'x-message-ttl': 50 });
      const witness = await client.queue({ 'x-message-ttl': 100 });
      await client.send(queue, 'm');
      const consumer = await client.consume(queue, 1);
      const [message] = await consumer.whenCount(1);
      await client.send(witness, 'm');
      await whenEmpty(client, witness);
      await consumer.channel.cancel(consumer.tag);
      expect(await client.count(dead)).toBe(0);
      consumer.channel.nack(message!);
      expect(await client.bodies(dead, 1)).toEqual(['m']);
    });
  });

  describe('x-max-length', () => {
    it('drops the first message for a new message, and dead-letters it', async () => {
      const client = await open();
      const dead = await client.queue();
      const queue = await client.queue({ ...to(dead), 'x-max-length': 2 });
      expect(await taken(client, queue, '1', '2', '3', '4')).toEqual([true, true, true, true]);
      const letters = await client.take(dead, 2);
      expect(letters.map(({ content }) => content.toString())).toEqual(['1', '2']);
      expect(letters[0]!.properties.headers).toMatchObject({ 'x-death': [{ reason: 'maxlen', queue }] });
      expect(await client.bodies(queue, 2)).toEqual(['3', '4']);
    });

    it('counts waiting messages, not those in hand', async () => {
      const client = await open();
      const queue = await client.queue({ 'x-max-length': 2 });
      await client.send(queue, '1', '2');
      const consumer = await client.consume(queue, 2);
      const messages = await consumer.whenCount(2);
      await consumer.channel.cancel(consumer.tag);
      await client.send(queue, '3', '4');
      expect(await client.count(queue)).toBe(2);
      // The first messages are put back, so they are too many.
      consumer.channel.nack(messages[1]!, true);
      await consumer.channel.close();
      expect(await client.bodies(queue, 2)).toEqual(['3', '4']);
    });

    it('of 0 keeps no message', async () => {
      const client = await open();
      const queue = await client.queue({ 'x-max-length': 0 });
      expect(await taken(client, queue, '1')).toEqual([true]);
      expect(await client.count(queue)).toBe(0);
    });

    it('with x-overflow reject-publish makes the broker refuse further messages', async () => {
      const client = await open();
      const dead = await client.queue();
      const queue = await client.queue({ ...to(dead), 'x-max-length': 2, 'x-overflow': 'reject-publish' });
      expect(await taken(client, queue, '1', '2', '3')).toEqual([true, true, false]);
      expect(await client.bodies(queue, 2)).toEqual(['1', '2']);
      expect(await taken(client, queue, '4')).toEqual([true]);
      expect(await client.count(dead)).toBe(0);
    });

    it('with x-overflow reject-publish-dlx also dead-letters refused messages', async () => {
      const client = await open();
      const dead = await client.queue();
      const queue = await client.queue({
        ...to(dead),
        'x-max-length': 1,
        'x-overflow': 'reject-publish-dlx',
      });
      expect(await taken(client, queue, '1', '2')).toEqual([true, false]);
      const [letter] = await client.take(dead, 1);
      expect(letter!.content.toString()).toBe('2');
      expect(letter!.properties.headers).toMatchObject({ 'x-death': [{ reason: 'maxlen', queue }] });
    });

    it('makes the broker refuse a message if one of its queues refuses it', async () => {
      const client = await open();
      const exchange = await client.exchange('fanout');
      const [full, free] = [
        await client.queue({ 'x-max-length': 0, 'x-overflow': 'reject-publish' }),
        await client.queue(),
      ];
      for (const queue of [full, free]) await client.channel.bindQueue(queue, exchange, '');
      await expect(client.publish(exchange, '', 'm')).rejects.toThrow('message nacked');
      expect(await client.bodies(free, 1)).toEqual(['m']);
    });

    it('drops the message that is next, of any priority', async () => {
      const client = await open();
      const queue = await client.queue({ 'x-max-length': 2, 'x-max-priority': 5 });
      for (const [body, priority] of Object.entries({ high: 5, low: 1, middle: 3 })) {
        await client.publish('', queue, body, { priority });
      }
      expect(await client.bodies(queue, 2)).toEqual(['middle', 'low']);
    });
  });

  it('x-max-length-bytes limits the bytes of bodies', async () => {
    const client = await open();
    const queue = await client.queue({ 'x-max-length-bytes': 5 });
    await client.send(queue, 'aaa', 'bb');
    expect(await client.count(queue)).toBe(2);
    await client.send(queue, 'c');
    expect(await client.bodies(queue, 2)).toEqual(['bb', 'c']);
    await client.send(queue, 'a', 'too large');
    expect(await client.count(queue)).toBe(0);
  });

  describe('a quorum queue', () => {
    const durable = { durable: true };

    it('with x-delivery-limit dead-letters a message that was put back too often, and counts its returns in a header', async ({
      skip,
    }) => {
      const client = await open();
      skip(client.version.isSince(4, 3), 'Since 4.3, RabbitMQ does not count what a consumer gives back');
      const dead = await client.queue();
      const args = { ...to(dead), 'x-queue-type': 'quorum', 'x-delivery-limit': 2 };
      const queue = await client.queue(args, durable);
      await client.send(queue, '1', '2');
      const consumer = await client.consume(queue, 1);
      for (const count of [1, 2, 3]) {
        const messages = await consumer.whenCount(count);
        consumer.channel.nack(messages[count - 1]!);
      }
      await consumer.whenCount(4);
      expect(consumer.marked).toEqual([
        ['1', false],
        ['1', true],
        ['1', true],
        ['2', false],
      ]);
      expect(consumer.received.items.map(({ properties }) => properties.headers)).toEqual([
        {},
        { 'x-delivery-count': 1 },
        { 'x-delivery-count': 2 },
        {},
      ]);
      const [letter] = await client.take(dead, 1);
      expect(letter!.content.toString()).toBe('1');
      expect(letter!.properties.headers).toMatchObject({ 'x-death': [{ reason: 'delivery_limit', queue }] });
    });

    it("with x-dead-letter-strategy 'at-least-once' dead-letters an expired message", async () => {
      const client = await open();
      const dead = await client.queue();
      const atLeastOnce = { 'x-dead-letter-strategy': 'at-least-once', 'x-overflow': 'reject-publish' };
      const queue = await client.queue(
        { ...to(dead), ...atLeastOnce, 'x-queue-type': 'quorum', 'x-message-ttl': 20 },
        durable,
      );
      await client.send(queue, 'm');
      expect(await client.bodies(dead, 1)).toEqual(['m']);
    });

    it('keeps messages, delivers them in order, and drops them by its length', async () => {
      const client = await open();
      const queue = await client.queue({ 'x-queue-type': 'quorum', 'x-max-length': 3 }, durable);
      await client.send(queue, '1', '2', '3', '4');
      expect(await client.bodies(queue, 3)).toEqual(['2', '3', '4']);
    });
  });
});
