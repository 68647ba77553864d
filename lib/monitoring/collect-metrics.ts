import type { BrokerConnections, Outbox } from '../broker/index.js';
import type { Consumers } from '../consuming/index.js';
import { ConfigurationException } from '../exceptions/index.js';
import type { Publisher } from '../publishing/index.js';
import { collectConnectionMetrics } from './connection-metrics.js';
import { collectConsumingMetrics } from './consuming-metrics.js';
import type { MetricsRegistry } from './metrics-registry.js';
import { loadPromClient } from './prom-client.js';
import { collectPublishingMetrics } from './publishing-metrics.js';

/** What the metrics are about. */
export interface MetricsSources {
  readonly connections: BrokerConnections;
  readonly publisher: Publisher;
  readonly outbox: Outbox;
  readonly consumers: Consumers;
}

/**
 * Collects metrics into a registry of the application's own, so that applications in one process don't
 * clash. Undefined where prom-client is not installed.
 *
 * @throws ConfigurationException when it is not, although it is required
 */
export async function collectMetrics(
  sources: MetricsSources,
  isRequired: boolean,
): Promise<MetricsRegistry | undefined> {
  const client = await loadPromClient();
  if (!client) {
    if (!isRequired) return undefined;
    throw new ConfigurationException(
      "The options: 'metrics' needs the package prom-client, which is not installed: npm install prom-client@15",
    );
  }
  const registry = new client.Registry();
  const registers = [registry];
  collectConnectionMetrics(client, registers, sources.connections);
  const validationFailures = new client.Counter({
    name: 'fedora_messaging_validation_failures_total',
    help: 'Messages that do not conform to their schema, to be published or received.',
    labelNames: ['direction'],
    registers,
  });
  for (const direction of ['published', 'received']) validationFailures.inc({ direction }, 0);
  collectPublishingMetrics(client, registers, sources, () =>
    validationFailures.inc({ direction: 'published' }),
  );
  collectConsumingMetrics(client, registers, sources.consumers, () =>
    validationFailures.inc({ direction: 'received' }),
  );
  return registry;
}
