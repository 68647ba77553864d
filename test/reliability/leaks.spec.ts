import { Socket } from 'node:net';
import { queryObjects } from 'node:v8';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { RabbitMq } from '../support/rabbitmq.js';
import { FaultyProxy } from './support/faulty-proxy.js';
import { Traffic } from './support/traffic.js';

const ROUNDS = 1000;

let broker: RabbitMq;

beforeAll(async () => {
  broker = await RabbitMq.start();
});

afterAll(() => broker?.stop());

/** The resources that a reconnection could leave behind. */
async function residue({ service }: Traffic): Promise<Record<string, number>> {
  await service.whenConnected();
  globalThis.gc!();
  const active = process.getActiveResourcesInfo();
  const channels = await broker.ctl('list_channels', 'pid');
  return {
    sockets: queryObjects(Socket, { format: 'count' }),
    timers: active.filter((resource) => resource === 'Timeout').length,
    channelsAtTheBroker: channels.split('\n').filter((line) => line.startsWith('<')).length,
    heap: Math.round(process.memoryUsage().heapUsed / 1024),
  };
}

describe('reconnecting', () => {
  it(`${ROUNDS} times leaves no sockets, timers, channels or memory behind`, async (context) => {
    const proxy = await FaultyProxy.listen(() => broker.port);
    onTestFinished(() => proxy.close());
    const amqpUrl = `amqp://guest:guest@127.0.0.1:${proxy.port}/`;
    const traffic = await Traffic.start({
      options: { amqpUrl, reconnect: { delay: 1, maxDelay: 10 } },
      rate: 50,
    });
    traffic.pause();
    await traffic.ledger.whenSettled();
    let connected = 0;
    traffic.service.events$.subscribe(({ type }) => (connected += Number(type === 'connected')));

    const round = async (): Promise<void> => {
      proxy.cut();
      traffic.ledger.faultOver();
      await traffic.publish();
      await traffic.ledger.whenRecovered();
      await traffic.service.whenConnected();
    };
    for (let n = 0; n < ROUNDS / 10; n++) await round();
    const early = await residue(traffic);
    for (let n = 0; n < (ROUNDS * 9) / 10; n++) await round();
    const late = await residue(traffic);

    console.log(`after ${ROUNDS / 10} rounds`, early, `after ${ROUNDS}`, late);
    expect(connected).toBeGreaterThanOrEqual(2 * ROUNDS);
    expect(late['channelsAtTheBroker']).toBe(2);
    // Sockets of the last round may still be closing.
    expect(late['sockets']!).toBeLessThanOrEqual(early['sockets']! + 8);
    expect(late['timers']!).toBeLessThanOrEqual(early['timers']! + 8);
    expect(late['heap']! - early['heap']!).toBeLessThan(4 * 1024);
    await traffic.finish(context, `${ROUNDS} reconnections of both connections`, {
      disconnections: 2 * ROUNDS,
    });
  });
});
