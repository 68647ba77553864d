import type { Outbox } from '../broker/index.js';
import { ValidationError } from '../exceptions/index.js';
import type { Publisher } from '../publishing/index.js';
import type { BusCollector } from './bus-collector.js';
import { FAILURE_REASONS, failureReason } from './failure-reason.js';
import type { PromClient, Registry } from './prom-client.js';

/** Metrics of the publisher of each bus; most of them are read only at a scrape. */
export function publishingMetrics(
  { Counter, Gauge }: PromClient,
  registers: Registry[],
  onInvalid: (bus: string) => void,
): BusCollector {
  const buses: [bus: string, sources: { publisher: Publisher; outbox: Outbox }][] = [];
  const labelNames = ['bus'] as const;
  new Counter({
    name: 'fedora_messaging_published_total',
    help: 'Messages published: the broker has confirmed them.',
    labelNames,
    registers,
    collect() {
      this.reset();
      for (const [bus, { publisher }] of buses) this.inc({ bus }, publisher.publishedCount);
    },
  });
  new Gauge({
    name: 'fedora_messaging_publishes_in_flight',
    help: 'Messages on their way to the broker: waiting, or sent and not yet confirmed.',
    labelNames,
    registers,
    collect() {
      for (const [bus, { outbox }] of buses) this.set({ bus }, outbox.outstanding);
    },
  });
  const failures = new Counter({
    name: 'fedora_messaging_publish_failures_total',
    help: 'Publishes that failed, by reason.',
    labelNames: [...labelNames, 'reason'],
    registers,
  });
  return (bus, { publisher, outbox }) => {
    buses.push([bus, { publisher, outbox }]);
    for (const reason of FAILURE_REASONS) failures.inc({ bus, reason }, 0);
    publisher.publishFailed.connect((_message, error) => {
      failures.inc({ bus, reason: failureReason(error) });
      if (error instanceof ValidationError) onInvalid(bus);
    });
  };
}
