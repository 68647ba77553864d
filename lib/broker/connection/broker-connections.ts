import type { FedoraMessagingSettings } from '../../config/index.js';
import type { LibraryLogger } from '../../logging/index.js';
import { BackOff } from './back-off.js';
import { BrokerConnection } from './broker-connection.js';
import { brokerUrls } from './broker-urls.js';
import { clientProperties } from './client-properties.js';

/**
 * The two connections of an application. When the broker slows down publishers, it leaves the other connection, with
 * consumers and their acknowledgements, alone. Each connects when it is first needed.
 */
export class BrokerConnections {
  readonly publishing: BrokerConnection;
  readonly consuming: BrokerConnection;

  /** @throws ConfigurationException when a URL or a TLS file is wrong */
  constructor(settings: FedoraMessagingSettings, logger: LibraryLogger) {
    const urls = brokerUrls(settings, logger);
    const connectionFor = (purpose: 'publishing' | 'consuming'): BrokerConnection =>
      new BrokerConnection(
        urls,
        purpose,
        {
          tls: settings.tls,
          clientProperties: clientProperties(settings.clientProperties, purpose),
        },
        BackOff.ofReconnecting(settings.reconnect),
        logger,
      );
    this.publishing = connectionFor('publishing');
    this.consuming = connectionFor('consuming');
  }

  /**
   * Resolves when every connection that is in use is up. When none is in use, connects for publishing.
   *
   * @throws ConnectionException
   */
  async whenConnected(): Promise<void> {
    const used = [this.publishing, this.consuming].filter((connection) => connection.isUsed);
    await Promise.all((used.length > 0 ? used : [this.publishing]).map((connection) => connection.connect()));
  }

  /** Closes both connections for good. */
  async close(): Promise<void> {
    await Promise.all([this.publishing.close(), this.consuming.close()]);
  }
}
