import type { AmqpUrl } from '../config/index.js';
import { openAmqp } from './amqplib/index.js';
import type { ConnectOptions, OpenConnection } from './port.js';

// The embedded broker uses the error texts of amqplib, so these functions read the errors of both.
export { isClosed, isNack, reasonOf, unreadableHeadersOf } from './amqplib/index.js';

type Transport = (url: AmqpUrl, options: ConnectOptions) => Promise<OpenConnection>;

/** Opens a connection, by the scheme of the URL. No other code knows what kind of broker is at the other end. */
const TRANSPORTS: Readonly<Record<AmqpUrl['protocol'], Transport>> = {
  amqp: openAmqp,
  amqps: openAmqp,
  memory: async (url) => {
    // Loaded only when it is used.
    const { openEmbedded } = await import('./embedded/index.js');
    return openEmbedded(url);
  },
};

/** Opens one connection to the broker at a URL. */
export function openConnection(url: AmqpUrl, options: ConnectOptions): Promise<OpenConnection> {
  return TRANSPORTS[url.protocol](url, options);
}
