import { Injectable } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { Consumer, type Message } from '../../lib/index.js';
import { act, PageClient, startPagedApp } from '../support/page-client.js';
import { amqpUrl, RawClient, TEMPORARY, unique } from '../support/shared-rabbitmq.js';

/** An application on RabbitMQ whose handler fails while it is broken, and its page, where everybody may act. */
async function startOven(onError: 'drop' | 'requeue') {
  const queue = unique('oven');
  const oven = { isBroken: false, handled: [] as unknown[] };

  @Injectable()
  class Oven {
    @Consumer({
      queues: {
        [queue]: {
          ...TEMPORARY,
          arguments: { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': `${queue}.dead` },
        },
      },
      bindings: [],
      onError,
    })
    onMessage(message: Message): void {
      if (oven.isBroken) throw new Error('the oven is cold');
      oven.handled.push(message.body['n']);
    }
  }

  const raw = await RawClient.open();
  await raw.channel.assertQueue(`${queue}.dead`, { durable: false });
  raw.deleteLater(`${queue}.dead`);
  raw.deleteLater(queue);
  const { url, log } = await startPagedApp({
    options: {
      amqpUrl: amqpUrl(),
      monitoring: { port: 0, page: { authorize: () => ({ name: 'ann', actions: true }) } },
    },
    providers: [Oven],
  });
  const which = { bus: 'default', consumer: 'Oven.onMessage', queue };
  return { oven, queue, raw, url, log, which };
}

describe('on RabbitMQ, a visitor of the live page', () => {
  it('pauses a consumer, whose messages wait in the queue until it is resumed', async () => {
    const { oven, queue, raw, url, which } = await startOven('drop');
    expect((await act(url, 'pause', which)).status).toBe(200);
    raw.send(queue, '{"n":1}');
    await expect.poll(() => raw.count(queue)).toBe(1);
    const client = await PageClient.open(url);
    expect((await client.snapshot()).consumers).toMatchObject([{ queue, state: 'paused' }]);

    expect((await act(url, 'resume', which)).status).toBe(200);
    await expect.poll(() => oven.handled).toEqual([1]);
    await client.until(({ content }) => content.consumers?.some(({ state }) => state === 'consuming'));
    await expect.poll(() => raw.count(queue)).toBe(0);
  });

  it('hands a failed message to its handler again, and its queue and its dead-letter queue stay as they are', async () => {
    const { oven, queue, raw, url, log } = await startOven('drop');
    const client = await PageClient.open(url);
    await client.snapshot();
    oven.isBroken = true;
    raw.send(queue, '{"n":7}');
    const failed = await client.until(({ content }) =>
      content.messages?.find(({ outcome }) => outcome === 'failed'),
    );
    await expect.poll(() => raw.count(`${queue}.dead`)).toBe(1);

    oven.isBroken = false;
    const answer = await act(url, 'handle', { seq: failed.seq });
    expect(JSON.parse(answer.text)).toMatchObject({
      text: 'The outcome is processed',
      record: { again: true, outcome: 'processed', id: failed.id },
    });
    expect(oven.handled).toEqual([7]);
    expect([await raw.count(queue), await raw.count(`${queue}.dead`)]).toEqual([0, 1]);
    expect(log.map(({ text }) => text)).toContainEqual(
      expect.stringMatching(/^ann hands the message ".*" to Oven\.onMessage again on the live page/),
    );
  });

  it('publishes an example, which other consumers of the bus get', async () => {
    const { raw, url } = await startOven('drop');
    const topic = unique('page.example');
    const copy = await raw.queue('amq.topic', topic);
    const answer = await act(url, 'publish', {
      bus: 'default',
      schema: 'base.message',
      topic,
      body: { n: 1 },
    });
    expect(answer.status).toBe(200);
    const { content } = await raw.next(copy);
    expect(JSON.parse(content.toString())).toEqual({ n: 1 });
  });
});
