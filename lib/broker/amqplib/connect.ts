import type { Duplex } from 'node:stream';
import { connect, credentials } from 'amqplib';
import { type AmqpUrl, readTlsMaterial, type TlsOptions } from '../../config/index.js';
import { isFrameReceiver, readDeliveries } from './delivery-frames.js';
import { withRefusalIn } from './handshake-refusal.js';
import { isChannelWriter, writeDirectly } from './direct-writes.js';
import { gatherWrites } from './gather-writes.js';
import { isFrameTaker, SocketReads } from './socket-reads.js';
import type { ChannelModel } from '../port.js';
import { surviveUnreadableHeaders } from './unreadable-headers.js';

/** What a connection is made with, next to its URL. */
export interface ConnectOptions {
  readonly tls: TlsOptions;
  readonly clientProperties: Record<string, unknown>;
}

const SOCKET_OPTIONS = {
  // Confirms and acknowledgements are small; they must not wait for more to come.
  noDelay: true,
  keepAlive: true,
  /** How many bytes a socket takes before amqplib waits until it has sent them; Node 20 has 16 KB. */
  highWaterMark: 64 * 1024,
};

/** Opens one AMQP connection. */
export async function openAmqp(
  url: AmqpUrl,
  { tls, clientProperties }: ConnectOptions,
): Promise<ChannelModel> {
  const { protocol, hostname, port, username, password, heartbeat, frameMax, channelMax, locale } = url;
  const material = protocol === 'amqps' ? readTlsMaterial(tls) : undefined;
  const reads = new SocketReads();
  const model = await connect(
    // amqplib unescapes the virtual host, also one that is given apart.
    {
      protocol,
      hostname,
      port,
      username,
      password,
      vhost: encodeURIComponent(url.vhost),
      heartbeat,
      frameMax,
      channelMax,
      locale,
    },
    {
      clientProperties,
      timeout: url.socketTimeout * 1000,
      ...SOCKET_OPTIONS,
      ...reads.socketOptions,
      ...(material && { ...material, minVersion: 'TLSv1.2' as const }),
      ...(material?.cert !== undefined && { credentials: credentials.external() }),
    },
  ).catch((error: unknown) => {
    throw withRefusalIn(reads.lastEarly, error);
  });
  const socket = socketOf(model);
  if (socket) gatherWrites(socket);
  const { connection } = model;
  if (isFrameReceiver(connection)) {
    readDeliveries(connection);
    surviveUnreadableHeaders(connection);
    if (isFrameTaker(connection)) reads.passTo(connection);
  }
  if (isChannelWriter(connection)) writeDirectly(connection);
  return model;
}

/** What amqplib's connections have, and its types don't. */
interface Connected extends ChannelModel {
  readonly connection?: { readonly heartbeat?: unknown; readonly stream?: Duplex };
}

/**
 * In seconds, how often both sides tell each other that they live, as they have agreed; 0 where they don't. Not in
 * amqplib's types, and the embedded broker has none.
 */
export function heartbeatOf(model: ChannelModel): number {
  const { heartbeat } = (model as Connected).connection ?? {};
  return typeof heartbeat === 'number' ? heartbeat : 0;
}

/** Not in amqplib's types, and the embedded broker has none. */
export function socketOf(model: ChannelModel | undefined): Duplex | undefined {
  return (model as Connected | undefined)?.connection?.stream;
}
