import { describe, expect, it } from 'vitest';
import type { ConsumeMessage } from '../../../lib/broker/port.js';
import { onBothBrokers, TestConsumer } from '../../support/both-brokers.js';

const bodies = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `${from + index}`);

onBothBrokers((open) => {
  it('deliveries come in order, and have consecutive tags on a channel', async () => {
    const client = await open();
    const queue = await client.queue();
    await client.send(queue, ...bodies(1, 100));
    const consumer = await client.consume(queue);
    const messages = await consumer.whenCount(100);
    expect(consumer.bodies).toEqual(bodies(1, 100));
    expect(messages.map(({ fields }) => fields.deliveryTag)).toEqual(bodies(1, 100).map(Number));
    expect(messages[0]!.fields).toMatchObject({ consumerTag: consumer.tag, redelivered: false });
    expect(consumer.tag).toMatch(/^amq\.ctag-/);
  });

  it('no delivery comes within the call that publishes, consumes or settles', async () => {
    const client = await open();
    const queue = await client.queue();
    const { channel } = client;
    let isCalling = false;
    const within: boolean[] = [];
    let deliveries = 0;
    let onThird!: (message: ConsumeMessage) => void;
    const third = new Promise<ConsumeMessage>((resolve) => (onThird = resolve));
    const calling = <T>(call: () => T): T => {
      isCalling = true;
      const result = call();
      isCalling = false;
      return result;
    };
    await client.send(queue, '1');
    await channel.prefetch(1);
    await calling(() =>
      channel.consume(queue, (message) => {
        within.push(isCalling);
        deliveries++;
        if (deliveries === 3) onThird(message!);
        else if (deliveries === 1) calling(() => channel.nack(message!));
        else {
          calling(() => channel.ack(message!));
          calling(() => channel.publish('', queue, Buffer.from('2'), {}, () => within.push(isCalling)));
        }
      }),
    );
    await third;
    expect(within.every((is) => !is)).toBe(true);
  });

  it('the consumers of a queue get its messages in turn', async () => {
    const client = await open();
    const queue = await client.queue();
    const consumers = [await client.consume(queue), await client.consume(queue), await client.consume(queue)];
    await client.send(queue, ...bodies(1, 30));
    await Promise.all(consumers.map((consumer) => consumer.whenCount(10)));
    expect(consumers.map((consumer) => consumer.bodies.length)).toEqual([10, 10, 10]);
  });

  it('a consumer whose prefetch is used up is passed over', async () => {
    const client = await open();
    const queue = await client.queue();
    const [slow, fast] = [await client.consume(queue, 1), await client.consume(queue, 0)];
    await client.send(queue, ...bodies(1, 10));
    await Promise.all([slow.whenCount(1), fast.whenCount(9)]);
    expect(slow.bodies).toHaveLength(1);
  });

  it('the prefetch counts for each consumer of a channel, as it was when the consumer began', async () => {
    const client = await open();
    const queues = [await client.queue(), await client.queue(), await client.queue()];
    const channel = await client.openChannel();
    const consumers = [
      await TestConsumer.begin(channel, queues[0]!, 2),
      await TestConsumer.begin(channel, queues[1]!, 3),
      await TestConsumer.begin(channel, queues[2]!, 0),
    ];
    for (const queue of queues) await client.send(queue, ...bodies(1, 5));
    await Promise.all([consumers[0]!.whenCount(2), consumers[1]!.whenCount(3), consumers[2]!.whenCount(5)]);
    expect(await Promise.all(queues.map((queue) => client.count(queue)))).toEqual([3, 2, 0]);
    channel.ack(consumers[1]!.received.items[0]!);
    await consumers[1]!.whenCount(4);
    expect(consumers[0]!.bodies).toEqual(['1', '2']);
  });

  it('an acknowledgement settles a single delivery, or all up to it', async () => {
    const client = await open();
    const queue = await client.queue();
    await client.send(queue, ...bodies(1, 6));
    const consumer = await client.consume(queue);
    const messages = await consumer.whenCount(6);
    consumer.channel.ack(messages[1]!);
    consumer.channel.ack(messages[3]!, true);
    await consumer.channel.close();
    const rest = await client.consume(queue);
    await rest.whenCount(2);
    expect(rest.marked).toEqual([
      ['5', true],
      ['6', true],
    ]);
  });

  describe('a message that is put back', () => {
    it('comes again in its place, marked as redelivered', async () => {
      const client = await open();
      const queue = await client.queue();
      await client.send(queue, ...bodies(1, 5));
      const consumer = await client.consume(queue, 3);
      const messages = await consumer.whenCount(3);
      consumer.channel.nack(messages[1]!);
      await consumer.whenCount(4);
      consumer.channel.nack(messages[2]!, true);
      await consumer.whenCount(6);
      expect(consumer.marked).toEqual([
        ['1', false],
        ['2', false],
        ['3', false],
        ['2', true],
        ['1', true],
        ['3', true],
      ]);
    });

    it('comes again in its place among others that were put back earlier', async () => {
      const client = await open();
      const queue = await client.queue();
      await client.send(queue, ...bodies(1, 5));
      const consumer = await client.consume(queue, 4);
      const messages = await consumer.whenCount(4);
      await consumer.channel.cancel(consumer.tag);
      for (const index of [3, 0, 2, 1]) consumer.channel.nack(messages[index]!);
      await consumer.channel.close();
      expect(await client.bodies(queue, 5)).toEqual(bodies(1, 5));
    });

    it('because its channel is closed comes before later messages, in order', async () => {
      const client = await open();
      const queue = await client.queue();
      await client.send(queue, ...bodies(1, 4));
      const consumer = await client.consume(queue, 3);
      await consumer.whenCount(3);
      await consumer.channel.close();
      const next = await client.consume(queue);
      await next.whenCount(4);
      expect(next.marked).toEqual([
        ['1', true],
        ['2', true],
        ['3', true],
        ['4', false],
      ]);
    });

    it('because its connection is closed goes to a consumer of another connection', async () => {
      const client = await open();
      const other = await client.another();
      const queue = await client.queue();
      const [one, two] = [await client.consume(queue, 1), await other.consume(queue, 1)];
      await client.send(queue, '1', '2');
      await Promise.all([one.whenCount(1), two.whenCount(1)]);
      await client.connection.close();
      two.channel.ack(two.received.items[0]!);
      await two.whenCount(2);
      expect(two.marked[1]).toEqual([one.bodies[0], true]);
    });

    it('may be one of several', async () => {
      const client = await open();
      const queue = await client.queue();
      await client.send(queue, ...bodies(1, 4));
      const consumer = await client.consume(queue, 3);
      const messages = await consumer.whenCount(3);
      consumer.channel.nack(messages[1]!, true, true);
      await consumer.whenCount(5);
      expect(consumer.bodies.slice(3)).toEqual(['1', '2']);
    });
  });

  describe('a consumer that is cancelled', () => {
    it('gets no more messages, and can settle those it has', async () => {
      const client = await open();
      const queue = await client.queue();
      await client.send(queue, '1', '2', '3');
      const consumer = await client.consume(queue, 2);
      const messages = await consumer.whenCount(2);
      await consumer.channel.cancel(consumer.tag);
      consumer.channel.ack(messages[0]!);
      consumer.channel.nack(messages[1]!);
      await consumer.channel.close();
      expect(await client.bodies(queue, 2)).toEqual(['2', '3']);
      expect(consumer.bodies).toEqual(['1', '2']);
    });

    it('twice, or that does not exist, is no error', async () => {
      const client = await open();
      const consumer = await client.consume(await client.queue());
      await consumer.channel.cancel(consumer.tag);
      await consumer.channel.cancel(consumer.tag);
      await expect(consumer.channel.cancel('never there')).resolves.toBeDefined();
    });
  });

  describe('a channel that is closed', () => {
    it('emits its end before close() resolves, and refuses everything afterwards', async () => {
      const client = await open();
      const queue = await client.queue();
      await client.send(queue, '1');
      const { channel, ...consumer } = await client.consume(queue);
      const [message] = await consumer.received.whenCount(1);
      let isTold = false;
      channel.on('close', () => (isTold = true));
      await channel.close();
      expect(isTold).toBe(true);
      await expect(channel.close()).rejects.toThrow(/clos/i);
      await expect(channel.checkQueue(queue)).rejects.toThrow(/clos/i);
      expect(() => channel.ack(message!)).toThrow(/clos/i);
      expect(() => channel.publish('', queue, Buffer.alloc(0), {}, () => undefined)).toThrow(/clos/i);
    });

    it('ends with its connection', async () => {
      const client = await open();
      const channel = await client.openChannel();
      const told: string[] = [];
      channel.on('close', () => told.push('channel'));
      channel.on('error', () => told.push('error'));
      client.connection.on('close', (error) => told.push(`connection${error ? ' with an error' : ''}`));
      await client.connection.close();
      await expect.poll(() => told).toEqual(['channel', 'connection']);
      await expect(client.connection.createChannel()).rejects.toThrow(/clos/i);
    });
  });

  describe('the content of a message', () => {
    it('is that of the call of publish(), whatever the publisher changes later', async () => {
      const client = await open();
      const queue = await client.queue();
      const [content, bytes, list] = [Buffer.from('before'), Buffer.from('before'), ['before']];
      const headers = { bytes, list, table: { text: 'before' } };
      const confirmed = new Promise((resolve) => {
        client.channel.publish('', queue, content, { headers }, resolve);
      });
      for (const buffer of [content, bytes]) buffer.fill('x');
      list[0] = 'after';
      headers.table.text = 'after';
      await confirmed;
      const [message] = await client.take(queue, 1);
      expect(message!.content.toString()).toBe('before');
      expect(message!.properties.headers).toEqual({
        bytes: Buffer.from('before'),
        list: ['before'],
        table: { text: 'before' },
      });
    });

    it('belongs to its consumer, whose changes are seen nowhere else', async () => {
      const client = await open();
      const exchange = await client.exchange('fanout');
      const queues = [await client.queue(), await client.queue()];
      for (const queue of queues) await client.channel.bindQueue(queue, exchange, '');
      const consumer = await client.consume(queues[0]!);
      const headers = { bytes: Buffer.from('as sent'), table: { text: 'as sent' } };
      await client.publish(exchange, '', 'as sent', { headers });
      const [message] = await consumer.whenCount(1);
      message!.content.fill('x');
      const received = message!.properties.headers as typeof headers;
      received.bytes.fill('x');
      received.table.text = 'changed';
      consumer.channel.nack(message!);
      const [again] = (await consumer.whenCount(2)).slice(1);
      const [other] = await client.take(queues[1]!, 1);
      for (const { content, properties } of [again!, other!]) {
        expect(content.toString()).toBe('as sent');
        expect(properties.headers).toEqual(headers);
      }
    });
  });
});
