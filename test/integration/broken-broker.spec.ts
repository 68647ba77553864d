import { inject, expect, describe, it } from 'vitest';
import { FedoraMessagingService, Message, type RunningConsumer } from '../../lib/index.js';
import { startApp } from '../support/application.js';
import { captureLog, type LogLine } from '../support/captured-log.js';
import { Collector } from '../support/collector.js';
import { bodySizeIn, deliveryTagIn, FrameProxy } from '../support/frame-proxy.js';
import { RawClient, TEMPORARY, unique } from '../support/shared-rabbitmq.js';

interface Consumed {
  readonly raw: RawClient;
  readonly queue: string;
  readonly consumer: RunningConsumer;
  readonly seen: Collector<unknown>;
}

/** Consumes a queue through a proxy that changes the broker's frames. */
async function consumeThrough(change: (frame: Buffer) => void): Promise<Consumed> {
  const proxy = await FrameProxy.listen(inject('amqpPort'), change);
  const raw = await RawClient.open();
  const queue = unique('broken-broker');
  const app = await startApp({ options: { amqpUrl: `amqp://guest:guest@127.0.0.1:${proxy.port}/` } });
  const seen = new Collector<unknown>();
  raw.deleteLater(queue);
  const [consumer] = await app
    .get(FedoraMessagingService)
    .consume(({ body }: Message<object>) => seen.add(body), { queues: { [queue]: TEMPORARY }, bindings: [] });
  return { raw, queue, consumer: consumer!, seen };
}

const losses = (log: readonly LogLine[]): LogLine[] =>
  log.filter(({ text }) => /lost its channel/.test(text));

describe('a consumer that gets a wrong delivery tag', () => {
  it.each([
    ['of 2^64-1', 2n ** 64n - 1n],
    ['of 2^53', 2n ** 53n],
    ['of 0', 0n],
  ])(
    '%s loses its channel with the reason in the log, and gets the message on the next channel',
    async (_, broken) => {
      const log = captureLog();
      let isBroken = true;
      const { raw, queue, consumer, seen } = await consumeThrough((frame) => {
        const tag = deliveryTagIn(frame);
        if (tag && isBroken) tag.writeBigUInt64BE(broken);
        if (tag) isBroken = false;
      });
      raw.send(queue, '{"n":1}');
      expect(await seen.whenCount(1)).toEqual([{ n: 1 }]);
      expect(losses(log)).toHaveLength(1);
      expect(losses(log)[0]!.text).toMatch(/delivery tag \d+/);
      expect(consumer.isConsuming).toBe(true);
      raw.send(queue, '{"n":2}');
      await seen.whenCount(2);
      await consumer.cancel();
      expect(await raw.count(queue)).toBe(0);
    },
  );

  it('that has come before loses its channel, and gets the message on the next channel', async () => {
    const log = captureLog();
    let count = 0;
    const { raw, queue, seen } = await consumeThrough((frame) => {
      const tag = deliveryTagIn(frame);
      if (tag && ++count === 2) tag.writeBigUInt64BE(1n);
    });
    raw.send(queue, '{"n":1}');
    raw.send(queue, '{"n":2}');
    expect((await seen.whenCount(2)).slice(0, 2)).toContainEqual({ n: 2 });
    expect(losses(log)).toHaveLength(1);
  });
});

describe('a consumer that gets a body of another size than announced', () => {
  it.each([1n, 2n ** 62n, 2n ** 64n - 1n])(
    '(%s bytes) loses its channel, and gets the messages on the next channel',
    async (size) => {
      const log = captureLog();
      let isBroken = true;
      const { raw, queue, consumer, seen } = await consumeThrough((frame) => {
        const bytes = bodySizeIn(frame);
        if (bytes && isBroken) bytes.writeBigUInt64BE(size);
        if (bytes) isBroken = false;
      });
      raw.send(queue, '{"n":1}');
      raw.send(queue, '{"n":2}');
      const bodies = await seen.whenCount(2);
      expect(bodies).toEqual([{ n: 1 }, { n: 2 }]);
      expect(losses(log)).toHaveLength(1);
      expect(consumer.isConsuming).toBe(true);
    },
  );
});

describe('when each success is followed by a loss', () => {
  it('of the channel, the consumer subscribes more and more slowly', async () => {
    const log = captureLog();
    const { raw, queue } = await consumeThrough((frame) => deliveryTagIn(frame)?.writeBigUInt64BE(0n));
    const since = Date.now();
    raw.send(queue, '{}');
    await expect.poll(() => losses(log).length).toBeGreaterThanOrEqual(7);
    // At full speed, six new channels take a tenth of a second.
    expect(Date.now() - since).toBeGreaterThan(2_000);
  });

  it('of the connection, it is made more and more slowly', async () => {
    const raw = await RawClient.open();
    const queue = unique('broken-broker');
    raw.deleteLater(queue);
    // The first frame on a channel comes right after the handshake.
    let isBroken = false;
    const proxy = await FrameProxy.listen(inject('amqpPort'), (frame, cut) => {
      if (isBroken && frame.readUInt16BE(1) > 0) cut();
    });
    const service = (
      await startApp({ options: { amqpUrl: `amqp://guest:guest@127.0.0.1:${proxy.port}/` } })
    ).get(FedoraMessagingService);
    let connected = 0;
    service.events$.subscribe(({ type }) => void (type === 'connected' && connected++));
    await service.consume(() => undefined, { queues: { [queue]: TEMPORARY }, bindings: [] });
    const since = Date.now();
    connected = 0;
    isBroken = true;
    raw.send(queue, '{}');
    await expect.poll(() => connected).toBeGreaterThanOrEqual(7);
    expect(Date.now() - since).toBeGreaterThan(2_000);
    isBroken = false;
    await expect.poll(() => service.statistics.consuming).toBe(true);
  }, 180_000);
});
