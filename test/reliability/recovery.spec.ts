import { setTimeout as delay } from 'node:timers/promises';
import { connect } from 'amqplib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RabbitMq } from '../support/rabbitmq.js';
import { Traffic } from './support/traffic.js';

const RESTARTS = 9;
const MAX_RECOVERY_S = 5;
/**
 * How long the broker is away, in milliseconds: longer each time, until the pauses between attempts are at their
 * longest.
 */
const AWAY_STEP_MS = 2_000;
const PROBE_INTERVAL_MS = 20;

let broker: RabbitMq;

beforeAll(async () => {
  broker = await RabbitMq.start();
});

afterAll(() => broker?.stop());

/** Resolves when the broker accepts connections again, which is before rabbitmqctl reports that. */
async function whenBack(url: string): Promise<void> {
  for (;;) {
    const probe = await connect(url).catch(() => undefined);
    if (probe) return probe.close();
    await delay(PROBE_INTERVAL_MS);
  }
}

describe("after the broker's return", () => {
  it(`a new message is received within ${MAX_RECOVERY_S} s`, async (context) => {
    const amqpUrl = `amqp://guest:guest@127.0.0.1:${broker.port}/`;
    const traffic = await Traffic.start({ options: { amqpUrl } });
    const seconds: number[] = [];
    for (let restart = 0; restart < RESTARTS; restart++) {
      await broker.kill('SIGKILL');
      await delay(restart * AWAY_STEP_MS);
      const booting = broker.boot();
      await whenBack(amqpUrl);
      const since = performance.now();
      traffic.ledger.faultOver();
      await traffic.ledger.whenRecovered();
      seconds.push((performance.now() - since) / 1_000);
      await booting;
    }
    seconds.sort((one, other) => one - other);
    const median = seconds[(RESTARTS - 1) / 2]!;
    const all = seconds.map((each) => each.toFixed(2)).join(', ');
    console.log(`recovered after ${all} s: median ${median.toFixed(2)} s`);
    await traffic.finish(context, `broker killed and back, ${RESTARTS} times`, {
      disconnections: 2 * RESTARTS,
    });
    expect(seconds.at(-1)).toBeLessThanOrEqual(MAX_RECOVERY_S);
  }, 900_000);
});
