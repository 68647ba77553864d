import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { connect } from 'amqplib';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import {
  ConsumerCanceled,
  type FedoraMessagingEvent,
  Message,
  PermissionException,
  PublishTimeout,
} from '../../lib/index.js';
import { TestProcess } from '../support/child-process.js';
import { RabbitMq } from '../support/rabbitmq.js';
import { startApp } from '../support/application.js';
import { FedoraMessagingService } from '../../lib/index.js';
import { FaultyProxy } from './support/faulty-proxy.js';
import { Traffic } from './support/traffic.js';

let broker: RabbitMq;
const url = (user = 'guest'): string => `amqp://${user}:${user}@127.0.0.1:${broker.port}/`;

beforeAll(async () => {
  broker = await RabbitMq.start();
});

afterAll(() => broker?.stop());

describe('no confirmed message is lost, and consumers go on, when', () => {
  it('the broker is restarted, and gets publishes that it does not accept any more', async (context) => {
    const proxy = await FaultyProxy.listen(() => broker.port);
    onTestFinished(() => proxy.close());
    const traffic = await Traffic.start({
      options: { amqpUrl: `amqp://guest:guest@127.0.0.1:${proxy.port}/` },
    });
    // The application does not notice that the broker shuts down, and goes on sending.
    proxy.stall('to-client');
    await broker.kill('SIGTERM');
    proxy.resume();
    await broker.boot();
    traffic.ledger.faultOver();
    await traffic.finish(context, 'broker restarted', {
      disconnections: 2,
      reason: /CONNECTION_FORCED|shut ?down/i,
    });
  });

  it('the broker is killed every few seconds for a minute', async (context) => {
    const traffic = await Traffic.start({ options: { amqpUrl: url() }, rate: 500 });
    const end = Date.now() + 60_000;
    let kills = 0;
    while (Date.now() < end) {
      await delay(1000 + Math.random() * 3000);
      await broker.kill('SIGKILL');
      kills++;
      await broker.boot();
      traffic.ledger.faultOver();
      await traffic.ledger.whenRecovered();
    }
    await traffic.finish(context, `kill -9 of the broker, ${kills} times in a minute, 500 messages/s`, {
      disconnections: 2 * kills,
    });
  });

  it.for([
    { alarm: 'memory', command: 'set_vm_memory_high_watermark', raised: '0.0000001', cleared: '0.4' },
    { alarm: 'disk', command: 'set_disk_free_limit', raised: '1000000000000000', cleared: '1000000' },
  ])(
    'a $alarm alarm blocks publishing, which goes on when the alarm is over',
    async ({ alarm, command, raised, cleared }, context) => {
      const traffic = await Traffic.start({ options: { amqpUrl: url() } });
      const blocked = traffic.when('blocked');
      await broker.ctl(command, raised);
      onTestFinished(() => broker.ctl(command, cleared).then(() => undefined));
      await blocked;
      await traffic.ledger.whenWaiting(200);
      await broker.ctl(command, cleared);
      traffic.ledger.faultOver();
      await traffic.finish(context, `${alarm} alarm`, { blocked: 1 });
    },
  );

  it.for([
    { size: '200 B', bytes: 200, rate: 500 },
    { size: '20 KB', bytes: 20_000, rate: 500 },
    { size: '1 MB', bytes: 1_000_000, rate: 20 },
  ])(
    'a memory alarm comes five times with bodies of $size: publishes that time out unsent never arrive, and none is sent twice',
    async ({ size, bytes, rate }, context) => {
      onTestFinished(() => broker.ctl('set_vm_memory_high_watermark', '0.4').then(() => undefined));
      const traffic = await Traffic.start({ options: { amqpUrl: url() }, size: bytes, rate, timeout: 1000 });
      const lost: FedoraMessagingEvent[] = [];
      traffic.service.events$.subscribe((event) => event.type === 'disconnected' && lost.push(event));
      for (let alarm = 0; alarm < 5; alarm++) {
        await broker.ctl('set_vm_memory_high_watermark', '0.0000001');
        await traffic.ledger.whenFailedMore(rate);
        await broker.ctl('set_vm_memory_high_watermark', '0.4');
        traffic.ledger.faultOver();
        await traffic.ledger.whenRecovered();
      }
      await traffic.finish(
        context,
        `memory alarm, 5 times, bodies of ${size}`,
        { blocked: 5 },
        /PublishTimeout.* (takes no messages|it was sent|it was not sent)/,
      );
      traffic.ledger.expectOrder();
      expect(lost).toEqual([]);
      // Messages that are published after the broker's notice wait in the process.
      expect(traffic.failuresWhileBlocked.length).toBeGreaterThan(0);
      expect(traffic.failuresWhileBlocked.filter((message) => message.includes('it was sent'))).toEqual([]);
      expect(context.task.meta.faultRow).toMatchObject({ duplicates: 0 });
    },
  );

  it('a handler takes longer than the delivery acknowledgement timeout, so the message comes again', async (context) => {
    await broker.ctl('eval', 'application:set_env(rabbit, consumer_timeout, 1000), application:set_env(rabbit, channel_tick_interval, 200).'); // prettier-ignore
    onTestFinished(async () => {
      await broker.ctl('eval', 'application:set_env(rabbit, consumer_timeout, 1800000), application:set_env(rabbit, channel_tick_interval, 60000).'); // prettier-ignore
    });
    const traffic = await Traffic.start({
      options: { amqpUrl: url() },
      handlerDelay: (n) => (n === 300 ? 4000 : 0),
    });
    await traffic.ledger.whenReceived(300);
    traffic.ledger.faultOver();
    await traffic.finish(context, 'delivery acknowledgement timeout', { redeliveries: 1 });
  });

  it('the process of the consumer is killed at random and restarted', async (context) => {
    const traffic = await Traffic.start({ options: { amqpUrl: url() }, consume: false });
    const env = { AMQP_URL: url(), QUEUE: `reliability-${randomUUID()}`, TOPIC: traffic.topic };
    const consumer = (): Promise<TestProcess> =>
      TestProcess.started('receipts', env, (line) => traffic.onReceiptLine(line));
    let process = await consumer();
    traffic.publishSteadily(200);
    for (let kill = 0; kill < 6; kill++) {
      await traffic.ledger.whenReceivedMore(100 + Math.floor(Math.random() * 300));
      process.kill('SIGKILL');
      await process.exit;
      process = await consumer();
      traffic.ledger.faultOver();
      await traffic.ledger.whenRecovered();
    }
    await traffic.finish(context, 'kill -9 of the consumer, 6 times', { redeliveries: 1 });
  });
});

describe('a queue that the broker named', () => {
  it('is followed by a new queue with the same bindings when it was lost with the broker', async (context) => {
    const traffic = await Traffic.start({
      options: { amqpUrl: url() },
      queue: '',
      queueOptions: { durable: false, autoDelete: true, exclusive: true },
    });
    const before = traffic.consumer.queue;
    // While there is no queue, messages have nowhere to go.
    traffic.pause();
    await traffic.ledger.whenSettled();
    await broker.kill('SIGKILL');
    await broker.boot();
    await expect.poll(() => traffic.service.statistics.consuming, { timeout: 60_000 }).toBe(true);
    traffic.ledger.faultOver();
    traffic.publishSteadily(200);
    await traffic.finish(context, 'kill -9 of the broker, server-named queue, publishing paused', {
      disconnections: 2,
      seen: traffic.consumer.queue !== before,
    });
  });
});

describe('a publish that times out', () => {
  it('while the broker accepts no messages is not sent later', async () => {
    await broker.ctl('set_vm_memory_high_watermark', '0.0000001');
    onTestFinished(() => broker.ctl('set_vm_memory_high_watermark', '0.4').then(() => undefined));
    const service = (await startApp({ options: { amqpUrl: url() } })).get(FedoraMessagingService);
    const topic = `reliability.${randomUUID()}`;
    const received: string[] = [];
    await service.consume(({ id }: Message<object>) => void received.push(id!), {
      queues: { '': { durable: false, autoDelete: true, exclusive: true, arguments: {} } },
      bindings: [{ exchange: 'amq.topic', routingKeys: [topic] }],
    });
    const publish = (timeout: number): Promise<void> => service.publish(new Message({ topic }), { timeout });
    // The broker reports the block to a connection when its first message comes.
    await expect(publish(1000)).rejects.toThrow(PublishTimeout);
    for (let n = 0; n < 20; n++) await expect(publish(100)).rejects.toThrow(/takes no messages/);
    await broker.ctl('set_vm_memory_high_watermark', '0.4');
    const last = new Message({ topic });
    await service.publish(last);
    await expect.poll(() => received.at(-1), { timeout: 10_000 }).toBe(last.id);
    // The message that was sent before the broker's notice may have arrived.
    expect(received.length).toBeLessThanOrEqual(2);
  });
});

describe("a consumer that can't go on stops, logs the reason, and makes the application not ready, when", () => {
  it('its queue is deleted', async () => {
    const traffic = await Traffic.start({ options: { amqpUrl: url() } });
    const { consumer, service } = traffic;
    const stopped = traffic.when('consumer-stopped');
    await broker.ctl('delete_queue', consumer.queue);
    await expect(consumer.result).rejects.toThrow(ConsumerCanceled);
    expect(await stopped).toMatchObject({ consumer, error: consumer.error });
    expect(service.statistics.consuming).toBe(false);
  });

  it('its permission to read is revoked, from the next connection on', async () => {
    const user = `user-${randomUUID()}`;
    await broker.addUser(user, '.*', '.*', '.*');
    const traffic = await Traffic.start({ options: { amqpUrl: url(user) } });
    await broker.ctl('set_permissions', user, '.*', '.*', '^amq\\.topic$');
    await broker.ctl('close_all_connections', 'closed by the test');
    await expect(traffic.consumer.result).rejects.toThrow(PermissionException);
    expect(traffic.service.statistics.consuming).toBe(false);
  });
});

describe('a million publishes at once', () => {
  it('wait in order while the broker accepts none, and fail when publishing is shut down', async (context) => {
    const service = (
      await startApp({ options: { amqpUrl: url(), shutdownTimeout: 100, qos: { prefetchCount: 1000 } } })
    ).get(FedoraMessagingService);
    const topic = `reliability.${randomUUID()}`;
    const received: number[] = [];
    await service.consume(({ body }) => void received.push(body['n'] as number), {
      queues: { [topic]: { durable: true, autoDelete: false, exclusive: false, arguments: {} } },
      bindings: [{ exchange: 'amq.topic', routingKeys: [topic] }],
    });
    // The channel is open before: a million calls take longer than a socket waits for an answer.
    await service.publish(new Message({ topic: `${topic}.first` }));
    await broker.ctl('set_vm_memory_high_watermark', '0.0000001');
    onTestFinished(() => broker.ctl('set_vm_memory_high_watermark', '0.4').then(() => undefined));
    globalThis.gc!();
    const before = process.memoryUsage().rss;
    let failed = 0;
    const confirmed: number[] = [];
    for (let n = 0; n < 1_000_000; n++) {
      service.publish(new Message({ topic, body: { n } }), { timeout: 600_000 }).then(
        () => void confirmed.push(n),
        () => void failed++,
      );
    }
    globalThis.gc!();
    const each = (process.memoryUsage().rss - before) / 1_000_000;
    console.log(`a million publishes that wait take ${Math.round(each)} bytes each`);
    expect(each).toBeLessThan(3500);
    await broker.ctl('set_vm_memory_high_watermark', '0.4');
    await expect.poll(() => confirmed.length, { timeout: 60_000 }).toBeGreaterThan(20_000);
    await expect.poll(() => received.length, { timeout: 60_000 }).toBeGreaterThan(5_000);
    expect(received).toEqual(received.map((_, index) => index));
    await service.stop();
    expect(confirmed.length + failed).toBe(1_000_000);
    received.push(...(await leftIn(topic)));
    const seen = new Set(received);
    const lost = confirmed.filter((n) => !seen.has(n)).length;
    context.task.meta.faultRow = {
      fault: 'a million publishes at once, until shutdown',
      published: 1_000_000,
      confirmed: confirmed.length,
      failed,
      received: seen.size,
      duplicates: received.length - seen.size,
      lost,
      recovery: undefined,
    };
    expect(lost).toBe(0);
  });
});

/** The numbers of the messages that a queue still has. Deletes the queue. */
async function leftIn(queue: string): Promise<number[]> {
  const connection = await connect(url());
  try {
    const channel = await connection.createChannel();
    const left: number[] = [];
    for (;;) {
      const message = await channel.get(queue, { noAck: true });
      if (!message) break;
      left.push((JSON.parse(message.content.toString()) as { n: number }).n);
    }
    await channel.deleteQueue(queue);
    return left;
  } finally {
    await connection.close();
  }
}
