import { describe, expect, it } from 'vitest';
import {
  ConfigurationException,
  type ConsumerFunction,
  type ConsumerOptions,
  FedoraMessagingService,
  type Message,
  Nack,
} from '../../lib/index.js';
import { startApp } from '../support/application.js';
import { Collector, deferred } from '../support/collector.js';
import { amqpUrl, RawClient, TEMPORARY, unique } from '../support/shared-rabbitmq.js';

async function startConsumer(
  handler: (message: Message<{ n: number }>) => unknown,
  options: ConsumerOptions,
): Promise<{ service: FedoraMessagingService; raw: RawClient; queue: string }> {
  const raw = await RawClient.open();
  const queue = unique('concurrency');
  raw.deleteLater(queue);
  const service = (await startApp({ options: { amqpUrl: amqpUrl() } })).get(FedoraMessagingService);
  await service.consume(handler as unknown as ConsumerFunction, {
    queues: { [queue]: TEMPORARY },
    bindings: [],
    ...options,
  });
  return { service, raw, queue };
}

describe('a consumer with a concurrency', () => {
  it('handles that many messages at the same time, and no more', async () => {
    const begun = new Collector<number>();
    const gates = Array.from({ length: 6 }, () => deferred());
    const { service, raw, queue } = await startConsumer(
      ({ body }) => {
        begun.add(body.n);
        return gates[body.n]!.promise;
      },
      { concurrency: 3 },
    );
    for (let n = 0; n < 6; n++) raw.send(queue, JSON.stringify({ n }));
    expect(await begun.whenCount(3)).toEqual([0, 1, 2]);
    gates[1]!.resolve();
    expect(await begun.whenCount(4)).toEqual([0, 1, 2, 3]);
    for (const gate of gates) gate.resolve();
    await begun.whenCount(6);
    await expect.poll(() => service.statistics.consumed.processed).toBe(6);
  });

  it('acknowledges each message when its handler is done, independent of earlier messages', async () => {
    const gate = deferred();
    const done = new Collector<number>();
    const { service, raw, queue } = await startConsumer(
      async ({ body }) => {
        if (body.n === 0) await gate.promise;
        done.add(body.n);
      },
      { concurrency: 2 },
    );
    for (let n = 0; n < 20; n++) raw.send(queue, JSON.stringify({ n }));
    await done.whenCount(19);
    const [consumer] = service.consumers;
    // The first message is still in hand: shutdown does not wait for it, and only this message comes again.
    await consumer!.cancel(50);
    await expect.poll(() => raw.count(queue)).toBe(1);
    expect(JSON.parse((await raw.next(queue)).content.toString())).toEqual({ n: 0 });
    gate.resolve();
  });

  it('lets other handlers finish when one of them stops it', async () => {
    const gate = deferred();
    const begun = new Collector<number>();
    const { service, raw, queue } = await startConsumer(
      async ({ body }) => {
        begun.add(body.n);
        if (body.n === 0) await gate.promise;
        else throw new Error('out of cheese');
      },
      { concurrency: 2 },
    );
    const [consumer] = service.consumers;
    for (let n = 0; n < 2; n++) raw.send(queue, JSON.stringify({ n }));
    await begun.whenCount(2);
    gate.resolve();
    await expect(consumer!.result).rejects.toThrow('out of cheese');
    expect(service.statistics.consumed).toMatchObject({ processed: 1, failed: 1 });
    await expect.poll(() => raw.count(queue)).toBe(1);
  });

  it('requeues one message without acknowledging another that is in hand', async () => {
    const gate = deferred();
    let attempts = 0;
    const { service, raw, queue } = await startConsumer(
      async ({ body }) => {
        if (body.n === 0) return gate.promise;
        if (++attempts < 3) throw new Nack();
      },
      { concurrency: 2 },
    );
    for (let n = 0; n < 2; n++) raw.send(queue, JSON.stringify({ n }));
    await expect.poll(() => attempts).toBe(3);
    expect(service.statistics.consumed).toMatchObject({ processed: 1, rejected: 2 });
    gate.resolve();
    await expect.poll(() => service.statistics.consumed.processed).toBe(2);
  });

  it('gets at least as many messages ahead as its concurrency', async () => {
    const begun = new Collector<number>();
    const gate = deferred();
    const { raw, queue } = await startConsumer(
      ({ body }) => {
        begun.add(body.n);
        return gate.promise;
      },
      { concurrency: 15 },
    );
    for (let n = 0; n < 15; n++) raw.send(queue, JSON.stringify({ n }));
    expect(await begun.whenCount(15)).toHaveLength(15);
    gate.resolve();
  });

  it('is refused when it exceeds its prefetch', async () => {
    await expect(startConsumer(() => undefined, { concurrency: 3, prefetch: 2 })).rejects.toThrow(/'prefetch' \(2\) must be 0 or at least 'concurrency' \(3\)/); // prettier-ignore
  });

  it('is refused when it is not a whole number of at least 1', async () => {
    await expect(startConsumer(() => undefined, { concurrency: 0 })).rejects.toThrow(ConfigurationException);
  });
});
