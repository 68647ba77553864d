import { Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Consumer, FedoraMessagingService, Message } from '../../lib/index.js';
import { type HealthAnswer, startHealthApp } from '../support/health-app.js';
import { startMonitoredApp } from '../support/monitored-app.js';
import { RabbitMq } from '../support/rabbitmq.js';

@Injectable()
class Handler {
  @Consumer()
  onMessage(): void {}
}

/** Whether the installed `@nestjs/terminus` has the state: version 12 does, version 11 does not. */
const IS_DEGRADED_KNOWN = 'degraded' in new HealthIndicatorService().check('any');

/** A broker of its own: it is killed, and blocks publishing. */
let broker: RabbitMq;
let amqpUrl: string;

beforeAll(async () => {
  broker = await RabbitMq.start();
  amqpUrl = `amqp://127.0.0.1:${broker.port}`;
});

afterAll(() => broker?.stop());

async function until(health: () => Promise<HealthAnswer>, answer: object): Promise<void> {
  await expect.poll(health, { interval: 100 }).toMatchObject(answer);
}

describe('the health indicator on RabbitMQ', () => {
  it('is down while the broker is gone, and up when it has come back', async () => {
    const { health } = await startHealthApp({ amqpUrl }, [Handler]);
    await until(health, { code: 200, messaging: { status: 'up', connected: true, consuming: true } });
    await broker.kill('SIGKILL');
    await until(health, { code: 503, messaging: { status: 'down', connected: false, consuming: false } });
    await broker.boot();
    await until(health, { code: 200, messaging: { status: 'up', connected: true, consuming: true } });
  }, 180_000);

  it('is degraded, with the reason, while the broker takes no messages, and does not fail (with terminus 11 it is up)', async () => {
    const { service, health } = await startHealthApp({ amqpUrl }, [Handler]);
    await service.publish(new Message({ topic: 'a', body: {} }));
    await broker.raiseMemoryAlarm();
    const waiting = service.publish(new Message({ topic: 'a', body: {} }), { timeout: Infinity });
    await until(health, {
      code: 200,
      status: IS_DEGRADED_KNOWN ? 'degraded' : 'ok',
      messaging: {
        status: IS_DEGRADED_KNOWN ? 'degraded' : 'up',
        blocked: 'low on memory',
        connected: true,
        consuming: true,
      },
    });
    await broker.clearMemoryAlarm();
    await waiting;
    await until(health, { code: 200, status: 'ok', messaging: { status: 'up', blocked: null } });
  }, 180_000);
});

describe('/metrics on RabbitMQ', () => {
  it('shows a broker that takes no messages, and the number of waiting messages', async () => {
    const { app, metrics } = await startMonitoredApp({ options: { amqpUrl } });
    const service = app.get(FedoraMessagingService);
    await service.publish(new Message({ topic: 'a', body: {} }));
    await broker.raiseMemoryAlarm();
    // The broker sends this to the first connection that publishes.
    const waiting = service.publish(new Message({ topic: 'a', body: {} }), { timeout: Infinity });
    await expect
      .poll(metrics)
      .toEqual(
        expect.arrayContaining([
          'fedora_messaging_connection_blocked{bus="default",connection="publishing"} 1',
          'fedora_messaging_publishes_in_flight{bus="default"} 1',
          'fedora_messaging_published_total{bus="default"} 1',
        ]),
      );
    await broker.clearMemoryAlarm();
    await waiting;
    expect(await metrics()).toEqual(
      expect.arrayContaining([
        'fedora_messaging_connection_blocked{bus="default",connection="publishing"} 0',
        'fedora_messaging_publishes_in_flight{bus="default"} 0',
        'fedora_messaging_published_total{bus="default"} 2',
      ]),
    );
  });
});
