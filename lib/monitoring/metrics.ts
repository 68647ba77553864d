import { ConfigurationException } from '../exceptions/index.js';
import type { BusCollector, MetricsSources } from './bus-collector.js';
import { connectionMetrics } from './connection-metrics.js';
import { consumingMetrics } from './consuming-metrics.js';
import type { MetricsRegistry } from './metrics-registry.js';
import { loadPromClient, type PromClient } from './prom-client.js';
import { publishingMetrics } from './publishing-metrics.js';

/**
 * The metrics of an application. Its buses share one registry, because prom-client can't merge registries with
 * metrics of the same names; the label `bus` distinguishes them. Each application in a process has its own registry.
 */
export class Metrics {
  private shared: { readonly registry: MetricsRegistry; readonly collectors: BusCollector[] } | undefined;

  /**
   * Collects the metrics of a bus. Undefined if prom-client is not installed.
   *
   * @throws ConfigurationException when prom-client is not installed, but required
   */
  async collect(
    bus: string,
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
    this.shared ??= defineMetrics(client);
    for (const collect of this.shared.collectors) collect(bus, sources);
    return this.shared.registry;
  }
}

function defineMetrics(client: PromClient) {
  const registry = new client.Registry();
  const registers = [registry];
  const collectConnections = connectionMetrics(client, registers);
  const validationFailures = new client.Counter({
    name: 'fedora_messaging_validation_failures_total',
    help: 'Messages that do not conform to their schema, to be published or received.',
    labelNames: ['bus', 'direction'],
    registers,
  });
  const countInvalid = (direction: 'published' | 'received') => (bus: string) =>
    validationFailures.inc({ bus, direction });
  return {
    registry,
    collectors: [
      collectConnections,
      (bus: string) => {
        for (const direction of ['published', 'received']) validationFailures.inc({ bus, direction }, 0);
      },
      publishingMetrics(client, registers, countInvalid('published')),
      consumingMetrics(client, registers, countInvalid('received')),
    ],
  };
}
