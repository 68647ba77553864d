import { describe, expect, it } from 'vitest';
import { TestProcess } from '../support/child-process.js';
import { amqpUrl, RawClient, unique } from '../support/shared-rabbitmq.js';

const COUNT = 10_000;
const ALL = Array.from({ length: COUNT }, (_, n) => n);

async function environment(): Promise<Record<string, string>> {
  const queue = unique('processes');
  (await RawClient.open()).deleteLater(queue);
  return { AMQP_URL: amqpUrl(), QUEUE: queue, TOPIC: unique('processes'), COUNT: String(COUNT) };
}

/** Messages may be handled before the application is reported as ready. */
const numbers = ({ lines }: TestProcess): number[] => lines.filter((line) => line !== 'ready').map(Number);

describe('when one process publishes 10,000 messages and another consumes them,', () => {
  it('all arrive once, in order, also when the consumer is stopped with SIGTERM and started again', async () => {
    const env = await environment();
    const first = await TestProcess.started('consumer', env);
    const publisher = TestProcess.app('publisher', env);
    await first.whenLines(3000);
    first.kill('SIGTERM');
    expect(await first.exit).toEqual({ code: null, signal: 'SIGTERM' });
    expect(first.errors).toBe('');
    const handledFirst = numbers(first);
    expect(handledFirst.length).toBeLessThan(COUNT);

    const second = await TestProcess.started('consumer', env);
    expect(await publisher.exit).toEqual({ code: 0, signal: null });
    await second.whenLines(1 + COUNT - handledFirst.length);
    expect([...handledFirst, ...numbers(second)]).toEqual(ALL);
  });
});

describe('with exitWhenConsumerStops, a process ends with the exit code of the Python library when', () => {
  it.each([
    { what: 'a handler halts: the one it says', body: { halt: 42 }, code: 42 },
    { what: 'a handler halts in order: 0', body: { halt: 0 }, code: 0 },
    { what: 'a handler fails: 13', body: { fail: 'out of cheese' }, code: 13 },
  ])('$what', async ({ body, code }) => {
    const env = await environment();
    const app = await TestProcess.started('exiting', env);
    (await RawClient.open()).send(env['QUEUE']!, JSON.stringify(body));
    expect(await app.exit).toEqual({ code, signal: null });
  });

  it('its queue is deleted: 12', async () => {
    const env = await environment();
    const app = await TestProcess.started('exiting', env);
    await (await RawClient.open()).channel.deleteQueue(env['QUEUE']!);
    expect(await app.exit).toEqual({ code: 12, signal: null });
  });
});
