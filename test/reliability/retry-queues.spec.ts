import { setTimeout as delay } from 'node:timers/promises';
import { connect } from 'amqplib';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { ConsumerOptions, Message } from '../../lib/index.js';
import { TestProcess } from '../support/child-process.js';
import { RabbitMq } from '../support/rabbitmq.js';
import { Traffic } from './support/traffic.js';

const MESSAGES = 1000;
/** Enough for a killed broker to find some on their way from one queue to the next. */
const RETRIED = 3000;
/** How long the broker stays away, in milliseconds. */
const OUTAGE_MS = 1000;

let broker: RabbitMq;
const url = (): string => `amqp://guest:guest@127.0.0.1:${broker.port}/`;

beforeAll(async () => {
  broker = await RabbitMq.start();
});

afterAll(() => broker?.stop());

type Failing = Pick<ConsumerOptions, 'retry' | 'concurrency' | 'prefetch'>;

/** An application whose messages fail in their first attempts, and are received in a later one. */
async function startFailing(failures: number, { retry, ...options }: Failing) {
  const traffic = await Traffic.start({ options: { amqpUrl: url() }, consume: false });
  let failed = 0;
  const [consumer] = await traffic.service.consume(
    ({ id }: Message<object>, { attempt, redelivered }) => {
      if (attempt <= failures) {
        failed++;
        throw new Error('broken');
      }
      // A copy may have reached the broker although its confirmation was lost.
      traffic.ledger.receive({ id: id!, isRedelivered: redelivered || retry?.in === 'broker' });
    },
    {
      queues: {
        [traffic.topic]: { durable: true, autoDelete: false, exclusive: false, arguments: {} },
      },
      bindings: [{ exchange: 'amq.topic', routingKeys: [traffic.topic] }],
      ...options,
      onError: 'retry',
      ...(retry && { retry }),
    },
  );
  await writeQueueNames();
  return { traffic, consumer: consumer!, failed: () => failed };
}

/**
 * Makes RabbitMQ write the names of its quorum queues to disk, which it does half a second after a declaration
 * otherwise. If it is killed before, it forgets the messages of the queue and takes no others, whoever publishes.
 */
async function writeQueueNames(): Promise<void> {
  await broker.evaluate('[ok = dets:sync(Table) || Table <- dets:all()].');
}

/** Takes every message of the parking queue for received. */
async function readParkingQueue({ topic, ledger }: Traffic): Promise<void> {
  const connection = await connect(url());
  onTestFinished(() => connection.close());
  const channel = await connection.createChannel();
  await channel.consume(`${topic}.parked`, (message) => {
    channel.ack(message!);
    ledger.receive({ id: message!.properties.messageId as string, isRedelivered: true });
  });
}

async function killBroker(): Promise<void> {
  await broker.kill('SIGKILL');
  await delay(OUTAGE_MS);
  await broker.boot();
}

/** Traffic whose messages a process of its own consumes; each fails at first. */
async function failingInProcess(): Promise<{ traffic: Traffic; consumer: () => Promise<TestProcess> }> {
  const traffic = await Traffic.start({ options: { amqpUrl: url() }, consume: false });
  const env = { AMQP_URL: url(), QUEUE: traffic.topic, TOPIC: traffic.topic, FAILS_FIRST: 'yes' };
  const consumer = (): Promise<TestProcess> =>
    TestProcess.started('receipts', env, (line) => traffic.onReceiptLine(line));
  return { traffic, consumer };
}

describe('no failed message is lost, and consumers go on, when', () => {
  it('the broker is killed twice while messages wait in quorum queues for their next attempts', async (context) => {
    const retry = { in: 'broker', attempts: 5, delays: [500] } as const;
    const { traffic, consumer, failed } = await startFailing(3, { retry, concurrency: 100, prefetch: 250 });
    const published = Array.from({ length: RETRIED }, () => traffic.publish());
    // Then messages leave the waiting queue, one after the other.
    for (const attempts of [1.2, 2.2]) {
      await expect.poll(failed, { interval: 20 }).toBeGreaterThan(RETRIED * attempts);
      await killBroker();
    }
    traffic.ledger.faultOver();
    await Promise.all([...published, traffic.publish()]);
    await traffic.finish(context, 'kill -9 of the broker twice, retries in quorum queues', {
      disconnections: 4,
    });
    expect(consumer.isConsuming).toBe(true);
  });

  it('the broker is killed twice while messages are parked', async (context) => {
    const retry = { in: 'broker', attempts: 1 } as const;
    const { traffic, consumer, failed } = await startFailing(1, { retry, concurrency: 20, prefetch: 50 });
    const published = Array.from({ length: MESSAGES }, () => traffic.publish());
    for (const kill of [1, 2]) {
      await expect.poll(failed, { interval: 20 }).toBeGreaterThan((MESSAGES * kill) / 4);
      await killBroker();
    }
    traffic.ledger.faultOver();
    await Promise.all([...published, traffic.publish()]);
    await readParkingQueue(traffic);
    await traffic.finish(context, 'kill -9 of the broker twice, parking in a quorum queue', {
      disconnections: 4,
    });
    expect(consumer.isConsuming).toBe(true);
  });

  it('the connection is lost while messages wait in the process', async (context) => {
    const retry = { in: 'process', attempts: 5, delay: 1000 } as const;
    const { traffic, consumer, failed } = await startFailing(2, { retry, concurrency: 20, prefetch: 200 });
    const published = Array.from({ length: MESSAGES }, () => traffic.publish());
    for (const loss of [1, 2, 3]) {
      await expect.poll(failed, { interval: 20 }).toBeGreaterThan(loss * 300);
      await broker.ctl('close_all_connections', 'by the test');
      await expect.poll(() => consumer.isConsuming).toBe(true);
    }
    traffic.ledger.faultOver();
    await Promise.all([...published, traffic.publish()]);
    await traffic.finish(context, 'connections closed, retries in the process', {
      disconnections: 3,
      reason: /by the test/,
    });
  });

  it('the process is killed while messages wait in it', async (context) => {
    const { traffic, consumer } = await failingInProcess();
    let process = await consumer();
    traffic.publishSteadily(200);
    for (let kill = 0; kill < 4; kill++) {
      await traffic.ledger.whenReceivedMore(200);
      process.kill('SIGKILL');
      await process.exit;
      process = await consumer();
      traffic.ledger.faultOver();
      await traffic.ledger.whenRecovered();
    }
    await traffic.finish(context, 'kill -9 of the consumer, 4 times, retries in the process', {
      redeliveries: 1,
    });
  });

  it('the application is shut down while messages wait in it', async (context) => {
    const { traffic, consumer } = await failingInProcess();
    let process = await consumer();
    traffic.publishSteadily(200);
    const signals: unknown[] = [];
    for (let stop = 0; stop < 4; stop++) {
      await traffic.ledger.whenReceivedMore(200);
      process.kill('SIGTERM');
      signals.push((await process.exit).signal);
      process = await consumer();
      traffic.ledger.faultOver();
      await traffic.ledger.whenRecovered();
    }
    await traffic.finish(context, 'SIGTERM of the consumer, 4 times, retries in the process', {
      redeliveries: 1,
    });
    expect(signals).toEqual(Array(4).fill('SIGTERM'));
  });
});
