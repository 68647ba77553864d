import { DEFAULT_BUS, type FedoraMessagingSettings } from '../config/index.js';
import { MessageRegistry } from '../message/index.js';
import { createBus, FedoraMessagingService, LivePages } from '../module/index.js';
import { Metrics } from '../monitoring/index.js';
import { PageFeed } from '../page/index.js';

/** Without an application there are no providers, and no decorated consumers. */
const NO_DECORATED_CONSUMERS = { explore: () => [] };

/**
 * Makes the service of a bus without an application. It connects when it is used.
 *
 * @throws ConfigurationException when a URL or a TLS file is wrong
 */
export async function openService(settings: FedoraMessagingSettings): Promise<FedoraMessagingService> {
  const registry = new MessageRegistry();
  const pages = new LivePages(registry, new PageFeed());
  const bus = await createBus(DEFAULT_BUS, settings, registry, new Metrics(), pages);
  return new FedoraMessagingService(bus, NO_DECORATED_CONSUMERS);
}
