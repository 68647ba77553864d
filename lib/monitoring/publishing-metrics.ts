import type { Outbox } from '../broker/index.js';
import {
  BadDeclaration,
  ConnectionException,
  PublishForbidden,
  PublishReturned,
  PublishTimeout,
  ValidationError,
} from '../exceptions/index.js';
import type { Publisher } from '../publishing/index.js';
import type { PromClient, Registry } from './prom-client.js';

/** The label values of what a publish may fail with. */
const REASONS = {
  invalid: ValidationError,
  returned: PublishReturned,
  forbidden: PublishForbidden,
  timeout: PublishTimeout,
  connection: ConnectionException,
  declaration: BadDeclaration,
} as const;

/** What the publisher has done; most of it is only read when it is scraped. */
export function collectPublishingMetrics(
  { Counter, Gauge }: PromClient,
  registers: Registry[],
  { publisher, outbox }: { publisher: Publisher; outbox: Outbox },
  onInvalid: () => void,
): void {
  new Counter({
    name: 'fedora_messaging_published_total',
    help: 'Messages published: the broker has confirmed them.',
    registers,
    collect() {
      this.reset();
      this.inc(publisher.publishedCount);
    },
  });
  new Gauge({
    name: 'fedora_messaging_publishes_in_flight',
    help: 'Messages on their way to the broker: waiting, or sent and not yet confirmed.',
    registers,
    collect() {
      this.set(outbox.outstanding);
    },
  });
  const failures = new Counter({
    name: 'fedora_messaging_publish_failures_total',
    help: 'Publishes that failed, by reason.',
    labelNames: ['reason'],
    registers,
  });
  for (const reason of [...Object.keys(REASONS), 'other']) failures.inc({ reason }, 0);
  publisher.publishFailed.connect((_message, error) => {
    failures.inc({ reason: reasonFor(error) });
    if (error instanceof ValidationError) onInvalid();
  });
}

function reasonFor(error: Error): string {
  return Object.entries(REASONS).find(([, exception]) => error instanceof exception)?.[0] ?? 'other';
}
