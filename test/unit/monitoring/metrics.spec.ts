import { Inject, Injectable } from '@nestjs/common';
import { IsString } from 'class-validator';
import { Counter, Registry, register } from 'prom-client';
import { describe, expect, it } from 'vitest';
import {
  Consumer,
  Drop,
  FEDORA_MESSAGING_METRICS,
  FedoraMessagingModule,
  FedoraMessagingService,
  getFedoraMessagingMetricsToken,
  InjectFedoraMessagingMetrics,
  InjectPublisher,
  Message,
  MessageSchema,
  Nack,
  Publisher,
  type QueueOptions,
} from '../../../lib/index.js';
import { startApp } from '../../support/application.js';
import { deferred } from '../../support/collector.js';
import { memoryUrl } from '../../support/memory-url.js';
import { startMonitoredApp } from '../../support/monitored-app.js';

const QUEUE: QueueOptions = { durable: false, autoDelete: true, exclusive: false, arguments: {} };
const ALL = [{ exchange: 'amq.topic', routingKeys: ['#'] }];

class NamedBody {
  @IsString() name!: string;
}

@MessageSchema('metrics.named', { topic: 'metrics.named', body: NamedBody })
class Named extends Message<NamedBody> {}

const messageThat = (does: string): Message => new Message({ topic: 'metrics', body: { does } });

describe('/metrics', () => {
  it('counts published messages, received messages and outcomes, in the format of Prometheus', async () => {
    const { app, url, metrics } = await startMonitoredApp({ options: { amqpUrl: memoryUrl() } });
    const service = app.get(FedoraMessagingService);
    const [inHand, gate] = [deferred(), deferred()];
    async function handle(message: Message): Promise<void> {
      const { does } = message.body;
      if (does === 'drop') throw new Drop();
      if (does === 'nack' && service.statistics.consumed.rejected === 0) throw new Nack();
      if (does === 'fail') throw new Error('failed');
      if (does !== 'wait') return;
      inHand.resolve();
      await gate.promise;
    }
    await service.consume(handle, { queues: { metrics: QUEUE }, bindings: ALL, onError: 'drop' });
    for (const [does, deliveries] of Object.entries({ return: 1, drop: 2, nack: 4, fail: 5, wait: 6 })) {
      await service.publish(messageThat(does));
      await expect.poll(() => service.statistics.consumed.received).toBe(deliveries);
    }
    await inHand.promise;

    const response = await fetch(`${url}/metrics`);
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
    ]);
    const of = '{bus="default",queue="metrics",consumer="handle"';
    expect((await response.text()).split('\n')).toEqual(
      expect.arrayContaining([
        '# TYPE fedora_messaging_published_total counter',
        'fedora_messaging_published_total{bus="default"} 5',
        'fedora_messaging_publishes_in_flight{bus="default"} 0',
        `fedora_messaging_received_total${of}} 6`,
        `fedora_messaging_messages_in_hand${of}} 1`,
        `fedora_messaging_outcomes_total${of},outcome="processed"} 2`,
        `fedora_messaging_outcomes_total${of},outcome="dropped"} 1`,
        `fedora_messaging_outcomes_total${of},outcome="rejected"} 1`,
        `fedora_messaging_outcomes_total${of},outcome="failed"} 1`,
        `fedora_messaging_outcomes_total${of},outcome="invalid"} 0`,
        '# TYPE fedora_messaging_handler_duration_seconds histogram',
        `fedora_messaging_handler_duration_seconds_count${of}} 5`,
        'fedora_messaging_stopped_consumers{bus="default"} 0',
        'fedora_messaging_connection_up{bus="default",connection="publishing"} 1',
        'fedora_messaging_connection_up{bus="default",connection="consuming"} 1',
        'fedora_messaging_connection_blocked{bus="default",connection="publishing"} 0',
        'fedora_messaging_reconnections_total{bus="default",connection="consuming"} 0',
      ]),
    );
    gate.resolve();
    await expect.poll(metrics).toContain(`fedora_messaging_messages_in_hand${of}} 0`);
  });

  it('measures handlers in seconds', async () => {
    const { app, metrics } = await startMonitoredApp({ options: { amqpUrl: memoryUrl() } });
    const service = app.get(FedoraMessagingService);
    const took = deferred<number>();
    await service.consume(
      async function handle() {
        const startedAt = performance.now();
        await new Promise((resolve) => setTimeout(resolve, 60));
        took.resolve((performance.now() - startedAt) / 1000);
      },
      { queues: { slow: QUEUE }, bindings: ALL },
    );
    await service.publish(messageThat('return'));
    const seconds = await took.promise;
    const count =
      'fedora_messaging_handler_duration_seconds_count{bus="default",queue="slow",consumer="handle"} 1';
    await expect.poll(metrics).toContain(count);
    const sum = (await metrics())
      .find((line) => line.startsWith('fedora_messaging_handler_duration_seconds_sum'))!
      .split(' ')[1];
    expect(Number(sum)).toBeGreaterThanOrEqual(seconds);
    expect(Number(sum)).toBeLessThan(seconds + 30);
    expect(await metrics()).toContain(
      'fedora_messaging_handler_duration_seconds_bucket{le="0.05",bus="default",queue="slow",consumer="handle"} 0',
    );
  });

  it('counts failed publishes by reason, and invalid messages by direction', async () => {
    const { app, metrics } = await startMonitoredApp({ options: { amqpUrl: memoryUrl() } });
    const publisher = app.get(Publisher);
    await expect(publisher.publish(new Named({ body: { name: 1 as never } }))).rejects.toThrow();
    await expect(publisher.publish(messageThat('return'), { mandatory: true })).rejects.toThrow();
    publisher.prePublish.connect(() => {
      throw new Error('not now');
    });
    await expect(publisher.publish(messageThat('return'))).rejects.toThrow();
    expect(await metrics()).toEqual(
      expect.arrayContaining([
        'fedora_messaging_published_total{bus="default"} 0',
        'fedora_messaging_publish_failures_total{bus="default",reason="invalid"} 1',
        'fedora_messaging_publish_failures_total{bus="default",reason="returned"} 1',
        'fedora_messaging_publish_failures_total{bus="default",reason="timeout"} 0',
        'fedora_messaging_publish_failures_total{bus="default",reason="other"} 1',
        'fedora_messaging_validation_failures_total{bus="default",direction="published"} 1',
        'fedora_messaging_validation_failures_total{bus="default",direction="received"} 0',
      ]),
    );
  });

  it('names consumers of server-named queues by class and method', async () => {
    @Injectable()
    class Greeter {
      @Consumer()
      onGreeting(): void {}
    }
    const { metrics } = await startMonitoredApp({
      options: { amqpUrl: memoryUrl() },
      providers: [Greeter],
    });
    expect(await metrics()).toContain(
      'fedora_messaging_received_total{bus="default",queue="server-named",consumer="Greeter.onGreeting"} 0',
    );
  });

  it('is separate for each application in one process, and from the global registry', async () => {
    const [first, second] = [
      await startMonitoredApp({ options: { amqpUrl: memoryUrl() } }),
      await startMonitoredApp({ options: { amqpUrl: memoryUrl() } }),
    ];
    await first.app.get(Publisher).publish(messageThat('return'));
    expect(await first.metrics()).toContain('fedora_messaging_published_total{bus="default"} 1');
    expect(await second.metrics()).toContain('fedora_messaging_published_total{bus="default"} 0');
    expect(register.getMetricsAsArray()).toEqual([]);
  });
});

describe('metrics without monitoring', () => {
  it('are injected as a registry of prom-client into applications that serve them themselves', async () => {
    @Injectable()
    class Metrics {
      constructor(@Inject(FEDORA_MESSAGING_METRICS) readonly registry: Registry) {}
    }
    const app = await startApp({ options: { amqpUrl: memoryUrl(), metrics: true }, providers: [Metrics] });
    await app.get(Publisher).publish(messageThat('return'));
    const own = new Registry();
    new Counter({ name: 'own_total', help: "The application's own.", registers: [own] });
    const merged = Registry.merge([own, app.get(Metrics).registry]);
    expect((await merged.metrics()).split('\n')).toEqual(
      expect.arrayContaining(['own_total 0', 'fedora_messaging_published_total{bus="default"} 1']),
    );
  });

  it('include all buses that ask for them, distinguished by the label bus, in one registry', async () => {
    const handled = deferred();
    @Injectable()
    class Metrics {
      constructor(
        @InjectFedoraMessagingMetrics() readonly ofDefault: Registry,
        @InjectFedoraMessagingMetrics('staging') readonly ofStaging: Registry,
        @InjectFedoraMessagingMetrics('silent') readonly ofSilent: Registry | undefined,
        @InjectPublisher('staging') readonly staging: Publisher,
      ) {}

      @Consumer({ bus: 'staging', queues: { updates: QUEUE }, bindings: ALL })
      onUpdate(): void {
        handled.resolve();
      }
    }
    const forBus = (bus: string, metrics: boolean) =>
      FedoraMessagingModule.forRoot({ amqpUrl: memoryUrl(), bus, metrics });
    const app = await startApp({
      options: { amqpUrl: memoryUrl(), metrics: true },
      imports: [forBus('staging', true), forBus('silent', false)],
      providers: [Metrics],
    });
    const { ofDefault, ofStaging, ofSilent, staging } = app.get(Metrics);
    expect(app.get(getFedoraMessagingMetricsToken('staging'))).toBe(ofStaging);
    expect(ofSilent).toBeUndefined();
    await staging.publish(messageThat('return'));
    await handled.promise;
    const own = new Registry();
    new Counter({ name: 'own_total', help: "The application's own.", registers: [own] });

    const lines = (await Registry.merge([own, ofDefault, ofStaging]).metrics()).split('\n');
    const about = (start: string): string[] => lines.filter((line) => line.startsWith(start)).toSorted();
    expect(about('own_total')).toEqual(['own_total 0']);
    expect(about('# HELP fedora_messaging_published_total')).toHaveLength(1);
    expect(about('fedora_messaging_published_total')).toEqual([
      'fedora_messaging_published_total{bus="default"} 0',
      'fedora_messaging_published_total{bus="staging"} 1',
    ]);
    expect(about('fedora_messaging_received_total')).toEqual([
      'fedora_messaging_received_total{bus="staging",queue="updates",consumer="Metrics.onUpdate"} 1',
    ]);
    expect(about('fedora_messaging_connection_up')).toEqual([
      'fedora_messaging_connection_up{bus="default",connection="consuming"} 0',
      'fedora_messaging_connection_up{bus="default",connection="publishing"} 0',
      'fedora_messaging_connection_up{bus="staging",connection="consuming"} 1',
      'fedora_messaging_connection_up{bus="staging",connection="publishing"} 1',
    ]);
    const samples = lines.filter((line) => line !== '' && !line.startsWith('#') && !line.startsWith('own'));
    expect(samples.filter((line) => !/[{,]bus="(default|staging)"/.test(line))).toEqual([]);
    expect(samples.length).toBe(new Set(samples.map((line) => line.replace(/ [^ ]*$/, ''))).size);
  });

  it('are not collected by default', async () => {
    const app = await startApp({ options: { amqpUrl: memoryUrl() } });
    expect(app.get(FEDORA_MESSAGING_METRICS)).toBeUndefined();
  });
});
