import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { EmbeddedBroker } from '../../../../lib/broker/embedded/index.js';
import type { Channel, ConfirmChannel, Table } from '../../../../lib/broker/port.js';
import { parseAmqpUrl } from '../../../../lib/config/index.js';
import { Collector } from '../../../support/collector.js';
import { memoryUrl } from '../../../support/memory-url.js';

const brokerAt = (url: string): EmbeddedBroker => EmbeddedBroker.of(parseAmqpUrl(url));

async function openChannel(): Promise<ConfirmChannel> {
  const channel = await (await brokerAt(memoryUrl()).connect()).createConfirmChannel();
  channel.on('error', () => undefined);
  return channel;
}

function declare(channel: Channel, args: Table): Promise<unknown> {
  return channel.assertQueue('q', { arguments: args });
}

const DOES_NOT_KNOW = 'PRECONDITION_FAILED - the embedded broker does not know the argument';

describe('the embedded broker, given an unknown argument,', () => {
  it.each(['x-unknown', 'x-max-age', 'anything'])('refuses it for a queue: %s', async (argument) => {
    await expect(declare(await openChannel(), { [argument]: 1 })).rejects.toMatchObject({
      code: 406,
      message: expect.stringContaining(
        `${DOES_NOT_KNOW} '${argument}' of queue 'q' in vhost '/': leave it out, or use RabbitMQ`,
      ) as string,
    });
  });

  it('refuses it for an exchange', async () => {
    const channel = await openChannel();
    await expect(
      channel.assertExchange('e', 'topic', { arguments: { 'x-unknown': 1 } }),
    ).rejects.toMatchObject({
      code: 406,
      message: expect.stringContaining(`${DOES_NOT_KNOW} 'x-unknown' of exchange 'e'`) as string,
    });
  });

  it('accepts it when it only says how RabbitMQ stores messages', async () => {
    const channel = await openChannel();
    await declare(channel, {
      'x-queue-mode': 'lazy',
      'x-queue-version': 2,
      'x-queue-master-locator': 'random',
    });
    const quorum = channel.assertQueue('quorum', {
      arguments: {
        'x-queue-type': 'quorum',
        'x-queue-leader-locator': 'balanced',
        'x-quorum-initial-group-size': 3,
      },
    });
    await expect(quorum).resolves.toMatchObject({ queue: 'quorum' });
  });
});

it('the embedded broker refuses a stream, and the error lists the types of queues', async () => {
  await expect(declare(await openChannel(), { 'x-queue-type': 'stream' })).rejects.toThrow(
    "the embedded broker has no streams: queue 'q' in vhost '/' is declared with x-queue-type 'stream', and could be 'classic' or 'quorum'",
  );
});

it('the embedded broker refuses a number that RabbitMQ closes the connection for', async () => {
  const channel = await openChannel();
  const publish = (value: number) => () =>
    channel.publish('', 'q', Buffer.alloc(0), { headers: { value } }, () => undefined);
  expect(publish(Infinity)).toThrow(RangeError);
  expect(publish(-Infinity)).toThrow(RangeError);
});

describe('the life of an embedded broker', () => {
  it('is shared by all that connect to its name and virtual host, and by nobody else', async () => {
    const [url, other] = [memoryUrl(), memoryUrl()];
    const channel = await (await brokerAt(url).connect()).createChannel();
    await channel.assertQueue('q', {});
    expect(brokerAt(url).hasQueue('q')).toBe(true);
    expect(brokerAt(other).hasQueue('q')).toBe(false);
    expect(brokerAt(`${url}/another`).hasQueue('q')).toBe(false);
  });

  it("can't be closed while connections are open, and loses its content when it is closed", async () => {
    const url = memoryUrl();
    const [one, two] = [await brokerAt(url).connect(), await brokerAt(url).connect()];
    await (await one.createChannel()).assertQueue('q', {});
    await expect(brokerAt(url).close()).rejects.toThrow('2 connections are still open');
    await one.close();
    await expect(brokerAt(url).close()).rejects.toThrow('A connection is still open');
    await two.close();
    await brokerAt(url).close();
    expect(brokerAt(url).hasQueue('q')).toBe(false);
  });
});

describe('deliveries of the embedded broker', () => {
  it('reach a consumer with a small prefetch as fast as others publish', async () => {
    const broker = brokerAt(memoryUrl());
    const publishing = await (await broker.connect()).createConfirmChannel();
    const consuming = await (await broker.connect()).createChannel();
    await consuming.assertQueue('q', {});
    await consuming.prefetch(5);
    let received = 0;
    await consuming.consume('q', (message) => {
      received++;
      queueMicrotask(() => consuming.ack(message!));
    });
    let backlog = 0;
    for (let sent = 0; sent < 20_000;) {
      const batch = Array.from({ length: 200 }, () => {
        sent++;
        return new Promise((resolve) => publishing.publish('', 'q', Buffer.alloc(1), {}, resolve));
      });
      await Promise.all(batch);
      backlog = Math.max(backlog, sent - received);
    }
    expect(backlog).toBeLessThanOrEqual(1_000);
  });

  it('leave time to other work, also when a message goes back without end', async () => {
    const channel = await openChannel();
    await channel.assertQueue('q', {});
    await channel.consume('q', (message) => message && channel.nack(message));
    channel.publish('', 'q', Buffer.alloc(0), {}, () => undefined);
    for (let turns = 0; turns < 10; turns++) await new Promise((resolve) => setTimeout(resolve, 1));
    await expect(channel.close()).resolves.toBeUndefined();
  });

  it('arrive in the async context of the connection, not of the publisher', async () => {
    const storage = new AsyncLocalStorage<string>();
    const channel = await storage.run('connection', openChannel);
    await storage.run('consumer', () => channel.assertQueue('q', {}));
    const contexts = new Collector<string | undefined>();
    const publish = (): void => {
      storage.run('publisher', () => channel.publish('', 'q', Buffer.alloc(0), {}, () => undefined));
    };
    await channel.consume('q', () => {
      contexts.add(storage.getStore());
      if (contexts.items.length === 1) queueMicrotask(publish);
    });
    // The first delivery has its own turn of the event loop, and the second follows in the same turn.
    await turn();
    await turn();
    publish();
    expect(await contexts.whenCount(2)).toEqual(['connection', 'connection']);
  });
});
