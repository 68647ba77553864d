import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { RabbitMq } from '../support/rabbitmq.js';
import { Traffic } from './support/traffic.js';

let broker: RabbitMq;

beforeAll(async () => {
  broker = await RabbitMq.start();
});

afterAll(() => broker?.stop());

describe('no confirmed message is lost, and consumers go on, when', () => {
  it('the broker is away for two minutes', async (context) => {
    const amqpUrl = `amqp://guest:guest@127.0.0.1:${broker.port}/`;
    const traffic = await Traffic.start({ options: { amqpUrl }, rate: 50, timeout: 600_000 });
    await broker.kill('SIGKILL');
    await delay(120_000);
    await broker.boot();
    traffic.ledger.faultOver();
    await traffic.finish(context, 'broker not there for two minutes', { disconnections: 2 });
  });
});
