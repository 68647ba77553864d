import { BrokerConnections, Outbox } from '../broker/index.js';
import type { FedoraMessagingSettings } from '../config/index.js';
import { Consumers } from '../consuming/index.js';
import { LibraryLogger } from '../logging/index.js';
import { MessageCodec, type MessageRegistry } from '../message/index.js';
import {
  FedoraMessagingEvents,
  type Metrics,
  type MetricsRegistry,
  MonitoringServer,
} from '../monitoring/index.js';
import { monitoredPageOptions } from '../page/index.js';
import type { LivePages } from './page/live-pages.js';
import { Publisher } from '../publishing/index.js';

/** One bus of an application, with its parts; each `forRoot()` makes one. */
export interface Bus {
  readonly name: string;
  /** Its lines name the bus. */
  readonly logger: LibraryLogger;
  readonly settings: FedoraMessagingSettings;
  readonly registry: MessageRegistry;
  readonly connections: BrokerConnections;
  readonly outbox: Outbox;
  readonly publisher: Publisher;
  readonly events: FedoraMessagingEvents;
  readonly consumers: Consumers;
  /** Undefined unless the settings ask for `metrics` or `monitoring`. */
  readonly metrics: MetricsRegistry | undefined;
  readonly monitoring: MonitoringServer;
}

/**
 * Makes the parts of a bus. No connection is opened.
 *
 * @throws ConfigurationException when a URL, a TLS file or an option of the page is wrong, or when prom-client is needed
 *   and not installed
 */
export async function createBus(
  name: string,
  settings: FedoraMessagingSettings,
  registry: MessageRegistry,
  allMetrics: Metrics,
  pages: LivePages,
): Promise<Bus> {
  const { exchanges, passiveDeclares, reconnect, publishExchange } = settings;
  const logger = new LibraryLogger(name);
  const codec = new MessageCodec(registry, settings, logger);
  const connections = new BrokerConnections(settings, logger);
  const outbox = new Outbox(connections.publishing, exchanges, passiveDeclares, reconnect);
  const publisher = new Publisher(codec, outbox, publishExchange, logger);
  const events = new FedoraMessagingEvents(name, connections);
  const consumers = new Consumers(logger, connections.consuming, outbox, codec, settings, (consumer) =>
    events.consumerStopped(consumer),
  );
  const areMetricsWanted = settings.metrics || settings.monitoring.port !== undefined;
  const metrics = areMetricsWanted
    ? await allMetrics.collect(name, { connections, publisher, outbox, consumers }, settings.metrics)
    : undefined;
  const pageOptions = monitoredPageOptions(settings.monitoring);
  const page = pageOptions && pages.handler(pageOptions, logger);
  const monitoring = new MonitoringServer(settings.monitoring, metrics, logger, page);
  const parts = { name, logger, settings, registry, connections, outbox, publisher, events, consumers };
  pages.add(parts, page !== undefined);
  return { ...parts, metrics, monitoring };
}
