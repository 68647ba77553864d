import { describe, expect, it } from 'vitest';
import type { GotMessage } from '../../../lib/broker/port.js';
import { type Client, onBothBrokers } from '../../support/both-brokers.js';

const bodyAndRest = (message: GotMessage | false): [string, number] | false =>
  message && [message.content.toString(), message.fields.messageCount];

onBothBrokers((open) => {
  describe('a message that is got from a queue without a consumer', () => {
    it('is the first message, with the number of messages behind it', async () => {
      const client = await open();
      const queue = await client.queue();
      await client.send(queue, '1', '2', '3');
      const got = await client.channel.get(queue);
      expect(bodyAndRest(got)).toEqual(['1', 2]);
      expect(Object.keys((got as GotMessage).fields).sort()).toEqual([
        'deliveryTag',
        'exchange',
        'messageCount',
        'redelivered',
        'routingKey',
      ]);
      expect(bodyAndRest(await client.channel.get(queue))).toEqual(['2', 1]);
      expect(bodyAndRest(await client.channel.get(queue))).toEqual(['3', 0]);
      expect(await client.channel.get(queue)).toBe(false);
    });

    it('leaves the queue when it is acknowledged, and goes back to its place with its channel', async () => {
      const client = await open();
      const queue = await client.queue();
      await client.send(queue, '1', '2', '3', '4');
      const channel = await client.openChannel();
      await channel.get(queue);
      channel.ack((await channel.get(queue)) as GotMessage);
      channel.nack((await channel.get(queue)) as GotMessage, false, false);
      await channel.close();
      expect(await client.bodies(queue, 2)).toEqual(['1', '4']);
    });

    it('goes back to its place when it is rejected with requeue', async () => {
      const client = await open();
      const queue = await client.queue();
      await client.send(queue, '1', '2');
      client.channel.nack((await client.channel.get(queue)) as GotMessage);
      const again = (await client.channel.get(queue)) as GotMessage;
      expect([bodyAndRest(again), again.fields.redelivered]).toEqual([['1', 1], true]);
    });

    it('of a quorum queue has the number of its returns', async () => {
      const client = await open();
      const queue = await client.queue({ 'x-queue-type': 'quorum' }, { durable: true });
      await client.send(queue, '1');
      const counts: unknown[] = [];
      for (let times = 0; times < 3; times++) counts.push((await deliveryCount(client, queue)) ?? 0);
      expect(counts).toEqual([0, 1, 2]);
    });

    it('of a missing queue closes the channel', async () => {
      const client = await open();
      const refusal = await client.refusal((channel) => channel.get('no-such-queue'));
      expect(refusal.code).toBe(404);
      expect(refusal.operation).toMatch(/BasicGet|NOT_FOUND/);
      expect(refusal.channel).toContain("no queue 'no-such-queue' in vhost '/'");
    });
  });
});

/** Gets the message of a quorum queue, and lets it go back with its channel. */
async function deliveryCount(client: Client, queue: string): Promise<unknown> {
  const channel = await client.openChannel();
  const message = (await channel.get(queue)) as GotMessage;
  await channel.close();
  return message.properties.headers!['x-delivery-count'];
}
