import { describe, expect, it } from 'vitest';
import { onBothBrokers } from '../../support/both-brokers.js';
import { unique } from '../../support/shared-rabbitmq.js';

const EXPIRES_MS = 100;

onBothBrokers((open) => {
  it('a queue that is declared again with equal settings is the same queue, with its messages', async () => {
    const client = await open();
    const queue = await client.queue({ 'x-max-length': 10 });
    await client.send(queue, '1', '2');
    const again = await client.channel.assertQueue(queue, {
      durable: false,
      arguments: { 'x-max-length': 10 },
    });
    expect(again).toMatchObject({ queue, messageCount: 2, consumerCount: 0 });
    const consumer = await client.consume(queue);
    await consumer.whenCount(2);
    expect(await client.channel.checkQueue(queue)).toMatchObject({ messageCount: 0, consumerCount: 1 });
  });

  it('a queue without a type is classic, and durable by default', async () => {
    const client = await open();
    const queue = client.deleteLater(unique('queue'));
    await client.channel.assertQueue(queue, {});
    const same = { durable: true, arguments: { 'x-queue-type': 'classic' } };
    await expect(client.channel.assertQueue(queue, same)).resolves.toMatchObject({ queue });
  });

  it('queues without a name get different names from the broker', async () => {
    const { channel } = await open();
    const names = [
      (await channel.assertQueue('', { exclusive: true })).queue,
      (await channel.assertQueue('', { exclusive: true })).queue,
    ];
    for (const name of names) expect(name).toMatch(/^amq\.gen-[\w-]{22}$/);
    expect(names[0]).not.toBe(names[1]);
  });

  it('a queue outlives the connection that declared it, with its messages', async () => {
    const client = await open();
    const other = await client.another();
    const queue = await client.queue();
    await client.send(queue, '1', '2');
    await client.connection.close();
    expect(await other.bodies(queue, 2)).toEqual(['1', '2']);
  });

  it('an exclusive queue is deleted with its connection', async () => {
    const client = await open();
    const other = await client.another();
    const queue = await client.queue({}, { exclusive: true, durable: false });
    await client.send(queue, '1');
    await client.connection.close();
    await other.whenGone(queue);
  });

  it('an auto-delete queue waits for its first consumer, and is deleted with its last', async () => {
    const client = await open();
    const queue = await client.queue({}, { autoDelete: true, durable: false });
    await client.send(queue, '1');
    const [one, two] = [await client.consume(queue), await client.consume(queue)];
    await one.channel.close();
    expect(await client.channel.checkQueue(queue)).toMatchObject({ consumerCount: 1 });
    await two.channel.cancel(two.tag);
    await client.whenGone(queue);
  });

  it('a deleted queue cancels its consumers, and its messages are gone', async () => {
    const client = await open();
    const queue = await client.queue();
    await client.send(queue, '1', '2', '3');
    const [one, two] = [await client.consume(queue, 1), await client.consume(queue, 1)];
    await Promise.all([one.whenCount(1), two.whenCount(1)]);
    expect(await client.channel.deleteQueue(queue)).toEqual({ messageCount: 1 });
    await expect.poll(() => [one.isCancelled, two.isCancelled]).toEqual([true, true]);
    one.channel.nack(one.received.items[0]!);
    two.channel.ack(two.received.items[0]!);
    await client.whenGone(queue);
    expect(await client.channel.deleteQueue(queue)).toEqual({ messageCount: 0 });
  });

  it('a deleted queue that is declared again has no old bindings', async () => {
    const client = await open();
    const exchange = await client.exchange('fanout');
    const queue = await client.queue();
    await client.channel.bindQueue(queue, exchange, '');
    await client.channel.deleteQueue(queue);
    await client.channel.assertQueue(queue, { durable: false });
    await client.publish(exchange, '', 'not bound');
    await client.send(queue, 'end');
    expect(await client.bodies(queue, 1)).toEqual(['end']);
  });

  describe('x-expires', () => {
    it('deletes a queue that had no consumer for that time', async () => {
      const client = await open();
      const queue = await client.queue({ 'x-expires': EXPIRES_MS });
      await client.send(queue, 'waiting');
      await client.whenGone(queue);
    });

    it('begins at the end of the last consumer', async () => {
      const client = await open();
      const queue = await client.queue({ 'x-expires': EXPIRES_MS });
      const [one, two] = [await client.consume(queue), await client.consume(queue)];
      const witness = await client.queue({ 'x-expires': EXPIRES_MS * 3 });
      await one.channel.close();
      await client.whenGone(witness);
      expect(await client.channel.checkQueue(queue)).toMatchObject({ consumerCount: 1 });
      await two.channel.close();
      await client.whenGone(queue);
    });
  });

  describe('x-single-active-consumer', () => {
    it('gives all messages to one consumer, and to the next consumer when the first ends', async () => {
      const client = await open();
      const queue = await client.queue({ 'x-single-active-consumer': true });
      const [one, two, three] = [
        await client.consume(queue, 2),
        await client.consume(queue, 2),
        await client.consume(queue, 2),
      ];
      await client.send(queue, '1', '2', '3', '4');
      await one.whenCount(2);
      one.channel.ack(one.received.items[0]!);
      await one.whenCount(3);
      expect([two.bodies, three.bodies]).toEqual([[], []]);
      await one.channel.close();
      await two.whenCount(2);
      expect(two.marked).toEqual([
        ['2', true],
        ['3', true],
      ]);
      expect(three.bodies).toEqual([]);
    });
  });

  describe('x-priority of consumers', () => {
    it('gives messages to the consumer of the highest priority that has room, and to equal consumers in turn', async () => {
      const client = await open();
      const queue = await client.queue();
      const low = await client.consume(queue, 2, { 'x-priority': -1 });
      const usual = [await client.consume(queue, 2), await client.consume(queue, 2, { 'x-priority': 0 })];
      const high = await client.consume(queue, 1, { 'x-priority': 7 });
      for (const body of ['1', '2', '3', '4', '5', '6']) await client.publish('', queue, body);
      await low.whenCount(1);
      expect([high, ...usual, low].map(({ bodies }) => bodies.length)).toEqual([1, 2, 2, 1]);
      expect([high.bodies, low.bodies]).toEqual([['1'], ['6']]);
      high.channel.ack(high.received.items[0]!);
      await client.publish('', queue, '7');
      await high.whenCount(2);
    });

    it.each([
      [{ 'x-priority': 'high' }, /invalid arg 'x-priority' for queue .*: "expected integer, got longstr"/],
      [
        { 'x-stream-offset': 'first' },
        /invalid arg 'x-stream-offset' for queue .* of queue type rabbit_classic_queue/,
      ],
    ])('refuses an invalid argument of a consumer: %j', async (args, reason) => {
      const client = await open();
      await expect(client.consume(await client.queue(), 1, args)).rejects.toThrow(reason);
    });
  });

  describe('x-max-priority', () => {
    it('delivers messages of higher priority first, and messages of equal priority in order', async () => {
      const client = await open();
      const queue = await client.queue({ 'x-max-priority': 5 });
      const priorities = { a: 1, b: undefined, c: 5, d: 3, e: 9, f: 0, g: 3 };
      for (const [body, priority] of Object.entries(priorities))
        await client.publish('', queue, body, { priority });
      const messages = await client.take(queue, 7);
      expect(messages.map(({ content }) => content.toString()).join('')).toBe('cedgabf');
      expect(messages[1]!.properties.priority).toBe(9);
    });

    it('is needed for priorities to have an effect', async () => {
      const client = await open();
      const queue = await client.queue();
      await client.publish('', queue, 'low', { priority: 1 });
      await client.publish('', queue, 'high', { priority: 9 });
      expect(await client.bodies(queue, 2)).toEqual(['low', 'high']);
    });

    it('puts a message back among those of its priority', async () => {
      const client = await open();
      const queue = await client.queue({ 'x-max-priority': 5 });
      const consumer = await client.consume(queue, 1);
      await client.publish('', queue, 'low', { priority: 1 });
      await consumer.whenCount(1);
      await client.publish('', queue, 'low, too', { priority: 1 });
      await client.publish('', queue, 'high', { priority: 3 });
      consumer.channel.nack(consumer.received.items[0]!);
      for (const count of [2, 3]) {
        await consumer.whenCount(count);
        consumer.channel.ack(consumer.received.items[count - 1]!);
      }
      await consumer.whenCount(4);
      expect(consumer.bodies).toEqual(['low', 'high', 'low', 'low, too']);
    });
  });
});
