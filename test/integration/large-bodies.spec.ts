import { describe, expect, it } from 'vitest';
import { FedoraMessagingService, type Message, MessageCodec, MessageRegistry } from '../../lib/index.js';
import { startApp } from '../support/application.js';
import { Collector } from '../support/collector.js';
import { amqpUrl, RawClient, TEMPORARY, unique } from '../support/shared-rabbitmq.js';

const MIB = 1024 * 1024;

/** For how long the event loop was held at most, in milliseconds, until what is waited for. */
async function longestHold(until: Promise<unknown>): Promise<number> {
  let last = performance.now();
  let longest = 0;
  const look = (): void => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  };
  const timer = setInterval(look, 10);
  await until;
  look();
  clearInterval(timer);
  return longest;
}

function timeOf(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

describe('a body of 16 MB', () => {
  it.each([
    ['empty objects', `{"a":[${'{},'.repeat(5.5 * MIB)}{}]}`],
    [
      'lists nested a thousand levels deep',
      `{"a":[${`${'['.repeat(1000)}${']'.repeat(1000)},`.repeat(8000)}1]}`,
    ],
    ['properties with names of their own', `{${Array.from({ length: MIB }, (_, i) => `"k${i}":1`).join()}}`],
  ])('of %s leaves the event loop to others while it is decoded', async (_, text) => {
    const raw = await RawClient.open();
    const service = (await startApp({ options: { amqpUrl: amqpUrl() } })).get(FedoraMessagingService);
    const queue = unique('large');
    raw.deleteLater(queue);
    const handled = new Collector<string>();
    await service.consume((message: Message) => handled.add(Object.keys(message.body)[0]!), {
      queues: { [queue]: TEMPORARY },
      bindings: [],
    });
    const codec = new MessageCodec(MessageRegistry.of());
    const delivery = { fields: { routingKey: 'a' }, content: Buffer.from(text), properties: {} };
    // What it takes without turns for others, now and here.
    const atOnce = timeOf(() => codec.decode(delivery, queue));
    raw.send(queue, text);
    const held = await longestHold(handled.whenCount(1));
    expect(held).toBeLessThan(0.5 * atOnce);
  });
});
