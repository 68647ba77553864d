import { expect, it } from 'vitest';
import type { ReturnedMessage } from '../../../lib/broker/port.js';
import { onBothBrokers } from '../../support/both-brokers.js';
import { unique } from '../../support/shared-rabbitmq.js';

onBothBrokers((open) => {
  it('confirms each message once, in order, after publish() has returned', async () => {
    const client = await open();
    const queue = await client.queue();
    const confirmed: number[] = [];
    const all = Array.from({ length: 50 }, (_, n) => {
      const confirmation = new Promise<void>((resolve, reject) => {
        client.channel.publish('', queue, Buffer.from(`${n}`), {}, (error) => {
          confirmed.push(n);
          if (error) reject(error);
          else resolve();
        });
      });
      return confirmation;
    });
    expect(confirmed).toEqual([]);
    await Promise.all(all);
    expect(confirmed).toEqual(Array.from({ length: 50 }, (_, n) => n));
    expect(await client.count(queue)).toBe(50);
  });

  it('confirms a message that no queue gets, and returns it first if it is mandatory', async () => {
    const client = await open();
    const exchange = await client.exchange('topic');
    const events: unknown[] = [];
    client.channel.on('return', (message: ReturnedMessage) => events.push(message));
    await client.publish(exchange, 'nowhere', 'm', { messageId: 'not mandatory' });
    expect(events).toEqual([]);
    const properties = { mandatory: true, messageId: 'id', headers: { n: 1 } };
    await new Promise<void>((resolve) => {
      client.channel.publish(exchange, 'nowhere', Buffer.from('m'), properties, () => {
        events.push('confirmed');
        resolve();
      });
    });
    await client.publish(exchange, 'nowhere');
    expect(events).toEqual([
      {
        fields: { exchange, routingKey: 'nowhere', replyCode: 312, replyText: 'NO_ROUTE' },
        content: Buffer.from('m'),
        properties: expect.objectContaining({ messageId: 'id', headers: { n: 1 } }) as unknown,
      },
      'confirmed',
    ]);
  });

  it('does not return a mandatory message that reaches a queue', async () => {
    const client = await open();
    const queue = await client.queue();
    let returned = 0;
    client.channel.on('return', () => returned++);
    await client.publish('', queue, 'm', { mandatory: true });
    expect([returned, await client.count(queue)]).toEqual([0, 1]);
  });

  it('confirms neither a message to a missing exchange nor the messages after it', async () => {
    const client = await open();
    const queue = await client.queue();
    const other = await client.another();
    await client.publish('', queue, 'before');
    const outcomes = await Promise.allSettled([
      client.publish(unique('missing'), '', 'refused'),
      client.publish('', queue, 'after'),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    for (const { reason } of outcomes as PromiseRejectedResult[]) {
      expect((reason as Error).message).toBe('channel closed');
    }
    expect(await other.bodies(queue, 1)).toEqual(['before']);
    expect(await other.count(queue)).toBe(0);
  });
});
