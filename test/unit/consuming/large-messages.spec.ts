import { describe, expect, it, vi } from 'vitest';
import { FedoraMessagingService, Message, MessageCodec, Publisher } from '../../../lib/index.js';
import { startApp } from '../../support/application.js';
import { Collector } from '../../support/collector.js';
import { memoryUrl } from '../../support/memory-url.js';

/** A text above 1 MiB that takes several steps to parse. */
const LARGE = { items: Array.from({ length: 600_000 }, () => ({})) };

const topics = (messages: Collector<Message>): string[] => messages.items.map(({ topic }) => topic);

async function consuming(concurrency = 1) {
  const app = await startApp({ options: { amqpUrl: memoryUrl() } });
  const handled = new Collector<Message>();
  const [consumer] = await app
    .get(FedoraMessagingService)
    .consume((message: Message) => handled.add(message), {
      queues: { large: { durable: true, autoDelete: false, exclusive: false, arguments: {} } },
      bindings: [{ exchange: 'amq.topic', routingKeys: ['#'] }],
      concurrency,
    });
  const publisher = app.get(Publisher);
  const publish = (topic: string, body: object = {}): Promise<void> =>
    publisher.publish(new Message<object>({ topic, body }));
  return { consumer: consumer!, handled, publish };
}

describe('a message with a body above 1 MiB', () => {
  it('is handled before later messages, although they could be decoded earlier', async () => {
    const { handled, publish } = await consuming();
    await Promise.all([publish('before'), publish('large', LARGE), publish('after'), publish('last')]);
    await handled.whenCount(4);
    expect(topics(handled)).toEqual(['before', 'large', 'after', 'last']);
    expect(handled.items[1]!.body).toEqual(LARGE);
  });

  it('takes one place of the concurrency while it is decoded, and leaves the other places to other messages', async () => {
    const { handled, publish } = await consuming(2);
    await Promise.all([publish('large', LARGE), publish('small'), publish('smaller')]);
    await handled.whenCount(3);
    expect(topics(handled)).toEqual(['small', 'smaller', 'large']);
  });

  it.each(['pause', 'cancel'] as const)(
    'goes back into the queue, unhandled, when %s() is called while it is decoded',
    async (wish) => {
      const { consumer, handled, publish } = await consuming();
      const { decodeInTurns } = MessageCodec.prototype;
      let wished: Promise<void> | undefined;
      const decode = vi.spyOn(MessageCodec.prototype, 'decodeInTurns');
      decode.mockImplementation(function (this: MessageCodec, ...args) {
        const message = decodeInTurns.apply(this, args);
        wished ??= consumer[wish]();
        return message;
      });
      await publish('large', LARGE);
      await expect.poll(() => wished !== undefined).toBe(true);
      await wished;
      decode.mockRestore();
      expect(handled.items).toEqual([]);
      if (wish === 'cancel') return;
      await consumer.resume();
      await handled.whenCount(1);
      expect(topics(handled)).toEqual(['large']);
    },
  );

  it('is rejected when it is not JSON, and other messages are handled', async () => {
    const { handled, publish } = await consuming();
    const { decodeInTurns } = MessageCodec.prototype;
    const decode = vi.spyOn(MessageCodec.prototype, 'decodeInTurns');
    decode.mockImplementation(function (this: MessageCodec, delivery, queue) {
      if (delivery.content.length > 1_000_000) delivery.content[delivery.content.length - 1] = 0x5d;
      return decodeInTurns.call(this, delivery, queue);
    });
    await publish('large', LARGE);
    await publish('after');
    await handled.whenCount(1);
    decode.mockRestore();
    expect(topics(handled)).toEqual(['after']);
  });
});
