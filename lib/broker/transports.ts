import type { AmqpUrl } from '../config/index.js';
import { type ConnectOptions, openAmqp } from './amqplib/index.js';
import type { ChannelModel } from './port.js';

type Transport = (url: AmqpUrl, options: ConnectOptions) => Promise<ChannelModel>;

/** What opens a connection, by the scheme of the URL. Nobody else knows what kind of broker is at the other end. */
const TRANSPORTS: Readonly<Record<AmqpUrl['protocol'], Transport>> = {
  amqp: openAmqp,
  amqps: openAmqp,
  // Loaded only where it is wanted.
  memory: async (url) => {
    const { EmbeddedBroker } = await import('./embedded/index.js');
    return EmbeddedBroker.of(url).connect(url.username);
  },
};

/** Opens one connection to the broker at a URL. */
export function openConnection(url: AmqpUrl, options: ConnectOptions): Promise<ChannelModel> {
  return TRANSPORTS[url.protocol](url, options);
}
