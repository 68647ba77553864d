import type { BrokerConnections, Outbox } from '../broker/index.js';
import type { Consumers } from '../consuming/index.js';
import type { Publisher } from '../publishing/index.js';

/** The parts of a bus that metrics are read from. */
export interface MetricsSources {
  readonly connections: BrokerConnections;
  readonly publisher: Publisher;
  readonly outbox: Outbox;
  readonly consumers: Consumers;
}

/** Adds a bus to a group of metrics. */
export type BusCollector = (bus: string, sources: MetricsSources) => void;
