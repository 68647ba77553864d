import { describe, expect, it } from 'vitest';
import { Message, Publisher, ValidationError } from '../../lib/index.js';
import { startApp } from '../support/application.js';
import { amqpUrl, RawClient, unique } from '../support/shared-rabbitmq.js';

describe('headers of more than 64 KiB', () => {
  it.each([
    ['one long text', { text: 'x'.repeat(70_000) }],
    [
      'filter headers of 4,000 users',
      Object.fromEntries(Array.from({ length: 4000 }, (_, n) => [`fedora_messaging_user_${n}`, true])),
    ],
    ['a list of 20,000 texts', { list: Array.from({ length: 20_000 }, () => 'aaa') }],
  ])('are refused with that reason, and the next message is published: %s', async (_, headers) => {
    const raw = await RawClient.open();
    const topic = unique('headers');
    const queue = await raw.queue('amq.topic', topic);
    const publisher = (await startApp({ options: { amqpUrl: amqpUrl() } })).get(Publisher);
    const error = await publisher.publish(new Message({ topic, headers })).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ValidationError);
    expect((error as Error).message).toMatch(/\/headers can't be written as an AMQP table: .* 65536 byte/);
    await publisher.publish(new Message({ topic, body: { next: true } }));
    expect((await raw.next(queue)).content.toString()).toBe('{"next":true}');
  });
});
