import { describe, expect, it } from 'vitest';
import { TestProcess } from '../support/child-process.js';
import { amqpUrl, RawClient, unique } from '../support/shared-rabbitmq.js';

const COUNT = 10_000;
const ALL = Array.from({ length: COUNT }, (_, n) => n);

async function startConsumer(env: Record<string, string>): Promise<TestProcess> {
  const consumer = TestProcess.app('consumer', env);
  await consumer.whenLines(1);
  return consumer;
}

async function environment(): Promise<Record<string, string>> {
  const queue = unique('processes');
  (await RawClient.open()).deleteLater(queue);
  return { AMQP_URL: amqpUrl(), QUEUE: queue, TOPIC: unique('processes'), COUNT: String(COUNT) };
}

const numbers = ({ lines }: TestProcess): number[] => lines.slice(1).map(Number);

describe('one process publishes 10,000 messages and another consumes them', () => {
  it('all arrive once, in order', async () => {
    const env = await environment();
    const consumer = await startConsumer(env);
    const publisher = TestProcess.app('publisher', env);
    expect(await publisher.exit).toEqual({ code: 0, signal: null });
    expect(publisher.lines).toEqual([`published ${COUNT}`]);
    await consumer.whenLines(1 + COUNT);
    expect(numbers(consumer)).toEqual(ALL);
  });

  it('none is lost or handled twice when the consumer is stopped with SIGTERM and started again', async () => {
    const env = await environment();
    const first = await startConsumer(env);
    const publisher = TestProcess.app('publisher', env);
    await first.whenLines(3000);
    first.kill('SIGTERM');
    expect(await first.exit).toEqual({ code: null, signal: 'SIGTERM' });
    expect(first.errors).toBe('');
    const handledFirst = numbers(first);
    expect(handledFirst.length).toBeLessThan(COUNT);

    const second = await startConsumer(env);
    expect(await publisher.exit).toEqual({ code: 0, signal: null });
    await second.whenLines(1 + COUNT - handledFirst.length);
    expect([...handledFirst, ...numbers(second)]).toEqual(ALL);
  });
});
