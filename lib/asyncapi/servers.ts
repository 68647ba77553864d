import { type AmqpUrl, type FedoraMessagingSettings, parseAmqpUrl } from '../config/index.js';
import { DEFAULT_BUS } from '../config/index.js';
import type { Reference, ServerObject } from './asyncapi-document.interface.js';
import { ComponentKeys } from './component-keys.js';

/** A bus, with the values that its channels need. */
export interface DescribedBus {
  readonly name: string;
  readonly settings: FedoraMessagingSettings;
  readonly vhost: string;
  readonly servers: readonly Reference[];
  /** The prefix of the keys of the bus's parts; empty for the default bus. */
  readonly prefix: string;
}

/** The nodes of the buses, without users and passwords. */
export class Servers {
  readonly objects: Record<string, ServerObject> = {};
  private readonly keys = new ComponentKeys();

  /** @throws ConfigurationException when a URL is wrong */
  describe(name: string, settings: FedoraMessagingSettings): DescribedBus {
    const urls = [settings.amqpUrl].flat().map((url) => parseAmqpUrl(url));
    const servers = urls.map((url, index) => {
      const key = this.keys.keyOf(`${name} ${index}`, name);
      this.objects[key] = serverOf(name, url);
      return { $ref: `#/servers/${key}` };
    });
    const prefix = name === DEFAULT_BUS ? '' : `${name}.`;
    return { name, settings, vhost: urls[0]?.vhost ?? '/', servers, prefix };
  }
}

function serverOf(bus: string, { protocol, hostname, port, vhost }: AmqpUrl): ServerObject {
  const host = hostname.includes(':') ? `[${hostname}]` : hostname;
  if (protocol === 'memory') {
    return { host, protocol, description: `The bus '${bus}': a broker inside the process` };
  }
  return {
    host: `${host}:${port}`,
    protocol,
    protocolVersion: '0-9-1',
    pathname: `/${encodeURIComponent(vhost)}`,
    description: `The bus '${bus}'`,
  };
}
