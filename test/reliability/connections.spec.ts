import { randomUUID } from 'node:crypto';
import { connect } from 'amqplib';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type FedoraMessagingEvent, Message, PublishTimeout } from '../../lib/index.js';
import { RabbitMq } from '../support/rabbitmq.js';
import { nestedField, publishRaw, textField } from '../support/raw-publish.js';
import { FaultyProxy } from './support/faulty-proxy.js';
import { Traffic, type TrafficOptions } from './support/traffic.js';

let broker: RabbitMq;

beforeAll(async () => {
  broker = await RabbitMq.start();
});

afterAll(() => broker?.stop());

/** A proxy before the broker, and the traffic through it. */
async function throughProxy(
  query = '',
  more: Omit<TrafficOptions, 'options'> = {},
): Promise<{ proxy: FaultyProxy; traffic: Traffic }> {
  const proxy = await FaultyProxy.listen(() => broker.port);
  onTestFinished(() => proxy.close());
  const amqpUrl = `amqp://guest:guest@127.0.0.1:${proxy.port}/${query}`;
  return { proxy, traffic: await Traffic.start({ options: { amqpUrl }, ...more }) };
}

/** Resolves when both connections have been lost. */
function whenLost({ service }: Traffic): Promise<void> {
  const lost = new Set<string>();
  return new Promise((resolve) => {
    const subscription = service.events$.subscribe((event: FedoraMessagingEvent) => {
      if (event.type !== 'disconnected') return;
      lost.add(event.connection);
      if (lost.size < 2) return;
      subscription.unsubscribe();
      resolve();
    });
  });
}

/** The losses of connections from now on. */
function losses({ service }: Traffic): FedoraMessagingEvent[] {
  const lost: FedoraMessagingEvent[] = [];
  service.events$.subscribe((event) => void (event.type === 'disconnected' && lost.push(event)));
  return lost;
}

describe('no confirmed message is lost, and consumers go on, when', () => {
  it('an administrator closes the connections', async (context) => {
    const { traffic } = await throughProxy();
    for (let round = 0; round < 5; round++) {
      await broker.ctl('close_all_connections', 'closed by the test');
      traffic.ledger.faultOver();
      await traffic.ledger.whenRecovered();
    }
    await traffic.finish(context, 'connections closed by the administrator, 5 times', {
      disconnections: 2 * 5,
      reason: /closed by the test/,
    });
  });

  it('connections are reset', async (context) => {
    const { proxy, traffic } = await throughProxy();
    for (let round = 0; round < 10; round++) {
      proxy.reset();
      traffic.ledger.faultOver();
      await traffic.ledger.whenRecovered();
    }
    await traffic.finish(context, 'TCP reset, 10 times', { disconnections: 2 * 10 });
  });

  it('hostile messages are among them, and connections are reset', async (context) => {
    const [queue, rejected] = [`hostile-${randomUUID()}`, `rejected-${randomUUID()}`];
    const connection = await connect(`amqp://guest:guest@127.0.0.1:${broker.port}`);
    onTestFinished(() => connection.close());
    const channel = await connection.createChannel();
    await channel.assertQueue(rejected);
    const queueOptions = {
      arguments: { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': rejected },
    };
    const { proxy, traffic } = await throughProxy('', { queue, queueOptions });
    const rounds = 5;
    const hostile = [
      () => publishRaw(channel, queue, nestedField('deep', 5000), '{"n":1}'),
      () => publishRaw(channel, queue, textField('!', 'x'), '{"n":'),
      () => publishRaw(channel, queue, textField('__proto__', 'x'), 'null'),
      () => publishRaw(channel, queue, textField('fedora_messaging_severity', 'x'), '{"__proto__":1}'),
      () => publishRaw(channel, queue, textField('x-retry-attempt', '0.5'), `${'['.repeat(100_000)}1`),
    ];
    for (let round = 0; round < rounds; round++) {
      for (const send of hostile) send();
      proxy.reset();
      traffic.ledger.faultOver();
      await traffic.ledger.whenRecovered();
    }
    const count = async (): Promise<number> => (await channel.checkQueue(rejected)).messageCount;
    await expect.poll(count).toBe(rounds * hostile.length);
    await traffic.finish(context, 'hostile messages among the others, TCP reset, 5 times', {
      disconnections: 2 * rounds,
    });
  });

  it('the network goes silent, which heartbeats notice', async (context) => {
    const { proxy, traffic } = await throughProxy('?heartbeat=1');
    const lost = whenLost(traffic);
    proxy.stall();
    await lost;
    proxy.cut();
    proxy.resume();
    traffic.ledger.faultOver();
    await traffic.finish(context, 'silence until the heartbeat timeout', {
      disconnections: 2,
      reason: /heartbeat/i,
    });
  });

  it('the network is silent for less than the heartbeat timeout, and nothing reconnects', async (context) => {
    const { proxy, traffic } = await throughProxy('?heartbeat=30');
    const disconnected: string[] = [];
    traffic.service.events$.subscribe(({ type }) => disconnected.push(type));
    proxy.stall();
    // Two seconds of messages, which the broker can't have confirmed.
    await traffic.ledger.whenWaiting(400);
    proxy.resume();
    traffic.ledger.faultOver();
    await traffic.finish(context, 'silence for 2 s', { awaited: '400 messages that wait' });
    expect(disconnected).toEqual([]);
  });

  it('connections are half-open: the broker is gone without a notice', async (context) => {
    const { proxy, traffic } = await throughProxy('?heartbeat=1');
    const lost = whenLost(traffic);
    proxy.loseBroker();
    await lost;
    traffic.ledger.faultOver();
    await traffic.finish(context, 'half-open sockets', { disconnections: 2, reason: /heartbeat/i });
  });

  it('connections are cut at random byte positions, in both directions', async (context) => {
    const { proxy, traffic } = await throughProxy('', { rate: 500 });
    const end = Date.now() + 20_000;
    proxy.cutPoint = () => ({
      direction: Math.random() < 0.5 ? 'to-broker' : 'to-client',
      bytes: Math.ceil(10 ** (1 + Math.random() * 4)),
    });
    proxy.cut();
    await expect.poll(() => Date.now(), { timeout: 30_000, interval: 100 }).toBeGreaterThan(end);
    proxy.cutPoint = undefined;
    proxy.cut();
    traffic.ledger.faultOver();
    await traffic.finish(context, 'cut at random byte positions, for 20 s', { disconnections: 4 });
  });

  it('a consumer is paused meanwhile: it stays paused, and gets all messages when it is resumed', async (context) => {
    const { proxy, traffic } = await throughProxy();
    await traffic.consumer.pause();
    const lost = whenLost(traffic);
    proxy.reset();
    await lost;
    await traffic.service.whenConnected();
    await traffic.publish();
    const { length } = traffic.ledger.receipts;
    expect(traffic.consumer.isPaused).toBe(true);
    await traffic.consumer.resume();
    expect(traffic.ledger.receipts.length).toBeGreaterThanOrEqual(length);
    traffic.ledger.faultOver();
    await traffic.finish(context, 'TCP reset while the consumer is paused', { disconnections: 2 });
  });
});

describe('a publish that times out', () => {
  it('while the network carries nothing arrives only if its error says that it was sent', async () => {
    const { proxy, traffic } = await throughProxy();
    traffic.pause();
    await traffic.ledger.whenSettled();
    const lost = losses(traffic);
    proxy.stall();
    // More than the buffers of sockets hold.
    const body = { text: 'x'.repeat(8 * 1024 * 1024) };
    const messages = Array.from({ length: 6 }, () => new Message({ topic: traffic.topic, body }));
    const results = await Promise.all(
      messages.map((message) =>
        traffic.service.publish(message, { timeout: 2000 }).then(
          () => 'published',
          (error: Error) => error.message,
        ),
      ),
    );
    const sent = messages.filter((_, n) => /: it was sent/.test(results[n]!)).map(({ id }) => id);
    expect(results).toEqual(results.map(() => expect.stringContaining('did not confirm') as string));
    expect(sent.length).toBeGreaterThan(0);
    expect(sent.length).toBeLessThan(messages.length);
    proxy.resume();
    const { length } = traffic.ledger.receipts;
    await traffic.publish();
    await traffic.ledger.whenSettled();
    expect(traffic.ledger.receipts.slice(length, -1).map(({ id }) => id)).toEqual(sent);
    expect(lost).toEqual([]);
  });

  it('after its bytes have left does not close the connection, and no other publish is sent again', async () => {
    const { proxy, traffic } = await throughProxy();
    traffic.pause();
    await traffic.ledger.whenSettled();
    const lost = losses(traffic);
    const { length } = traffic.ledger.receipts;
    proxy.stall('to-client');
    const publish = (timeout: number): Promise<void> =>
      traffic.service.publish(new Message({ topic: traffic.topic }), { timeout });
    // This many may be unconfirmed at once; the others wait until these have failed.
    const late = Promise.allSettled(Array.from({ length: 1000 }, () => publish(500)));
    const others = Promise.all(Array.from({ length: 100 }, () => publish(30_000)));
    expect((await late).filter(({ status }) => status === 'fulfilled')).toEqual([]);
    proxy.resume();
    await others;
    await traffic.publish();
    await traffic.ledger.whenSettled();
    expect(lost).toEqual([]);
    expect(traffic.ledger.receipts.length - length).toBe(1101);
  });
});

describe('a channel that the broker closes while much data waits for the socket', () => {
  it('is followed by another channel on the same connection', async () => {
    const { proxy, traffic } = await throughProxy();
    traffic.pause();
    await traffic.ledger.whenSettled();
    const lost = losses(traffic);
    const { topic, service } = traffic;
    const { bytesFromClients } = proxy;
    proxy.stall('to-client');
    const refused = service.publish(new Message({ topic }), { exchange: 'missing', timeout: 3000 });
    await expect.poll(() => proxy.bytesFromClients).toBeGreaterThan(bytesFromClients);
    proxy.stall();
    // More than the buffers of sockets hold.
    const body = { text: 'x'.repeat(1024 * 1024) };
    const others = Promise.all(
      Array.from({ length: 15 }, () => service.publish(new Message({ topic, body }))),
    );
    proxy.resume();
    await others;
    await expect(refused).rejects.toThrow(PublishTimeout);
    expect(lost).toEqual([]);
  });
});
