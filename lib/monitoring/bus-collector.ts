import type { BrokerConnections, Outbox } from '../broker/index.js';
import type { Consumers } from '../consuming/index.js';
import type { Publisher } from '../publishing/index.js';

/** What the metrics of a bus are about. */
export interface MetricsSources {
  readonly connections: BrokerConnections;
  readonly publisher: Publisher;
  readonly outbox: Outbox;
  readonly consumers: Consumers;
}

/** Adds a bus to those that some of the metrics are about. */
export type BusCollector = (bus: string, sources: MetricsSources) => void;
