import type { AmqpUrl } from '../../config/index.js';
import type { OpenConnection, Publication } from '../port.js';
import { EmbeddedConnection } from './connection.js';
import { messageOnWire } from './message.js';
import type { EmbeddedTraffic } from './traffic.js';
import { VirtualHost } from './virtual-host.js';

/** How an embedded broker differs from a real one. */
export interface EmbeddedBrokerOptions {
  /** Whether queues with a message TTL and a dead-letter exchange pass messages on without waiting. Default: false. */
  readonly skipsDelays?: boolean;
}

const brokers = new Map<string, EmbeddedBroker>();

/** Opens a connection to the broker of a URL. The connection has no frames and no heartbeat, and it cannot hang. */
export async function openEmbedded(url: AmqpUrl): Promise<OpenConnection> {
  const model = await EmbeddedBroker.of(url).connect(url.username);
  return {
    model,
    heartbeat: 0,
    rabbitMqVersion: undefined,
    openChannel: () => model.createChannel(),
    openConfirmChannel: () => model.createConfirmChannel(),
    publish: (channel, { exchange, routingKey, content, properties }, onConfirm) =>
      channel.publish(exchange, routingKey, content, properties, onConfirm),
    cutAfter: () => undefined,
  };
}

/** A broker inside this process. */
export class EmbeddedBroker {
  private readonly host: VirtualHost;
  private readonly connections = new Set<EmbeddedConnection>();

  private constructor(
    private readonly name: string,
    vhost: string,
    { skipsDelays = false }: EmbeddedBrokerOptions,
  ) {
    this.host = new VirtualHost(vhost, skipsDelays);
  }

  /**
   * Returns the broker of a host name and virtual host; the first call makes it. It lasts until it is closed, or until
   * the process ends.
   */
  static of({ hostname, vhost }: AmqpUrl, options: EmbeddedBrokerOptions = {}): EmbeddedBroker {
    const name = `${hostname}/${encodeURIComponent(vhost)}`;
    const known = brokers.get(name);
    if (known) return known;
    const broker = new EmbeddedBroker(name, vhost, options);
    brokers.set(name, broker);
    return broker;
  }

  /** The events of the broker. */
  get traffic(): EmbeddedTraffic {
    return this.host.traffic;
  }

  connect(user = 'guest'): Promise<EmbeddedConnection> {
    const connection = new EmbeddedConnection(this.host, user, (closed) => this.connections.delete(closed));
    this.connections.add(connection);
    return new Promise((resolve) => connection.wire.send(() => resolve(connection)));
  }

  /** The names of the queues that a message goes to, each once. */
  routesOf({ exchange, routingKey, properties }: Publication): readonly string[] {
    const queues = this.host.queuesFor({ exchange, routingKey, headers: properties.headers ?? {} });
    return [...queues].map(({ name }) => name);
  }

  /** Puts a message into its queues. Its deliveries have the publication as their origin. */
  put(publication: Publication): void {
    const { exchange, routingKey, content, properties } = publication;
    this.host.publish(messageOnWire(exchange, routingKey, content, properties, publication));
  }

  hasQueue(name: string): boolean {
    return this.host.findQueue(name) !== undefined;
  }

  /** Whether a queue has a consumer. */
  isConsumed(queue: string): boolean {
    return (this.host.findQueue(queue)?.consumerCount ?? 0) > 0;
  }

  /**
   * Ends the broker with its queues and exchanges.
   *
   * @throws Error when something is still connected to it
   */
  close(): Promise<void> {
    const connected = this.connections.size;
    if (connected > 0) {
      return Promise.reject(
        new Error(
          `${connected === 1 ? 'A connection is' : `${connected} connections are`} still open to the embedded broker: close the application first`,
        ),
      );
    }
    brokers.delete(this.name);
    this.host.close();
    return Promise.resolve();
  }
}
