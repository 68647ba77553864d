import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Message, RunningConsumer } from '../../lib/index.js';
import { captureLog } from '../support/captured-log.js';
import { deferred } from '../support/collector.js';
import { RabbitMq } from '../support/rabbitmq.js';
import { Traffic } from './support/traffic.js';

/** Longer than a retry waits for the broker's confirmation, in milliseconds. */
const FAULT = 35_000;
const MESSAGES = 200;

let broker: RabbitMq;

beforeAll(async () => {
  broker = await RabbitMq.start();
});

afterAll(() => broker?.stop());

/** Messages whose handler fails the first time, after the test says so. */
interface Failing {
  readonly traffic: Traffic;
  readonly consumer: RunningConsumer;
  /** Makes the handlers of messages in hand fail, and all later handlers. */
  readonly fail: () => void;
  /** Resolves when all concurrent handlers have a message in hand. */
  readonly whenAllBusy: Promise<void>;
  /** The number of failures of handlers. */
  readonly failures: () => number;
}

async function startFailing(): Promise<Failing> {
  const traffic = await Traffic.start({
    options: { amqpUrl: `amqp://guest:guest@127.0.0.1:${broker.port}/` },
    consume: false,
  });
  const gate = deferred();
  const busy = deferred();
  const concurrency = 10;
  let begun = 0;
  let failures = 0;
  const [consumer] = await traffic.service.consume(
    async ({ id }: Message<object>, { attempt }) => {
      if (attempt > 1) {
        // A message may come twice: its copy reached the broker, but the confirmation was lost.
        traffic.ledger.receive({ id: id!, isRedelivered: true });
        return;
      }
      if (++begun === concurrency) busy.resolve();
      await gate.promise;
      failures++;
      throw new Error('broken');
    },
    {
      queues: {
        [traffic.topic]: { durable: true, autoDelete: false, exclusive: false, arguments: {} },
      },
      bindings: [{ exchange: 'amq.topic', routingKeys: [traffic.topic] }],
      concurrency,
      onError: 'retry',
      retry: { attempts: 4, delay: 100 },
    },
  );
  await Promise.all(Array.from({ length: MESSAGES }, () => traffic.publish()));
  return {
    traffic,
    consumer: consumer!,
    fail: () => gate.resolve(),
    whenAllBusy: busy.promise,
    failures: () => failures,
  };
}

describe('every message whose handler fails is retried, and the consumer goes on, when', () => {
  it('the broker is away for longer than a retry waits for it', async (context) => {
    const { traffic, consumer, fail, whenAllBusy, failures } = await startFailing();
    await whenAllBusy;
    await broker.kill('SIGKILL');
    fail();
    await expect.poll(failures).toBeGreaterThanOrEqual(10);
    await delay(FAULT);
    expect(consumer.error).toBeUndefined();
    await broker.boot();
    traffic.ledger.faultOver();
    await traffic.publish();
    await traffic.finish(context, 'retry during an outage', { disconnections: 2 });
    expect(consumer.isConsuming).toBe(true);
  });

  it('the broker accepts no messages for longer than a retry waits for it', async (context) => {
    const log = captureLog();
    const { traffic, consumer, fail, whenAllBusy } = await startFailing();
    await whenAllBusy;
    const blocked = traffic.when('blocked');
    await broker.ctl('set_vm_memory_high_watermark', '0.0000001');
    onTestFinished(() => broker.ctl('set_vm_memory_high_watermark', '0.4').then(() => undefined));
    fail();
    await blocked;
    await delay(FAULT);
    expect(consumer.error).toBeUndefined();
    expect(log.filter(({ text }) => /can't be put into queue .* trying again/.test(text))).not.toEqual([]);
    await broker.ctl('set_vm_memory_high_watermark', '0.4');
    traffic.ledger.faultOver();
    await traffic.publish();
    await traffic.finish(context, 'retry during an alarm', { blocked: 1 });
    expect(consumer.isConsuming).toBe(true);
  });
});
