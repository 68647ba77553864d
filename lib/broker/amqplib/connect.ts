import { isIP } from 'node:net';
import { createSecureContext } from 'node:tls';
import { type ChannelModel, connect, credentials } from 'amqplib';
import { type AmqpUrl, readTlsMaterial } from '../../config/index.js';
import type { ConnectOptions, OpenConnection } from '../port.js';
import { AmqplibConnection } from './amqplib-connection.js';
import { corkWrites } from './cork-writes.js';
import { closeReasonOf, handshakeCode, isVirtualHostRefused } from './errors.js';
import { askForRefusal, type Refusal } from './handshake-refusal.js';
import { isFrameReceiver, socketOf } from './internals.js';
import { withPeerHint } from './peer-hint.js';
import { surviveUnreadableHeaders } from './unreadable-headers.js';

const SOCKET_OPTIONS = {
  // Confirms and acknowledgements are small; they must not wait for more bytes.
  noDelay: true,
  keepAlive: true,
  /** How many bytes a socket buffers before amqplib waits until they are sent; the default of Node 20 is 16 KB. */
  highWaterMark: 64 * 1024,
};

/**
 * Opens one AMQP connection.
 *
 * @throws the error of amqplib or of the socket; with AMQP's reply code as `code` where the broker refused the
 *   credentials (403) or the virtual host (530)
 */
export async function openAmqp(
  url: AmqpUrl,
  { tls, clientProperties }: ConnectOptions,
): Promise<OpenConnection> {
  const { protocol, hostname, port, username, password, heartbeat, frameMax, channelMax, vhost } = url;
  const locale = url.locale ?? 'en_US';
  const timeout = url.socketTimeout * 1000;
  const material = protocol === 'amqps' ? readTlsMaterial(tls) : undefined;
  const { mechanism, response } =
    material?.cert === undefined ? credentials.plain(username, password) : credentials.external();
  // Node's sockets keep their options, and printing a socket shows them. The context hides the key, and this function
  // hides the password.
  const login = { mechanism, response: () => response() };
  const socketOptions = {
    ...SOCKET_OPTIONS,
    ...(material && { secureContext: createSecureContext({ ...material, minVersion: 'TLSv1.2' }) }),
  };
  const model = await connect(
    // amqplib unescapes the virtual host, even when it is not part of a URL.
    { protocol, hostname, port, vhost: encodeURIComponent(vhost), heartbeat, frameMax, channelMax, locale },
    { ...socketOptions, clientProperties, timeout, credentials: login },
  ).catch(async (error: unknown) => {
    const code = handshakeCode(error);
    if (code !== undefined) throw Object.assign(error as Error, { code });
    if (!isVirtualHostRefused(error)) throw withPeerHint(error, url);
    const servername = isIP(hostname) ? undefined : hostname;
    const refusal = await askForRefusal({
      isTls: material !== undefined,
      socket: { ...socketOptions, host: hostname, port, ...(servername && { servername }) },
      mechanism: login.mechanism,
      response: login.response(),
      locale,
      virtualHost: vhost,
      timeout,
    });
    throw refusal
      ? refused(refusal, error)
      : new Error(`The broker refused the virtual host '${vhost}'; see the broker's log for the reason`, {
          cause: error,
        });
  });
  const socket = socketOf(model);
  if (socket?.writableEnded) throw await closedAtOnce(model);
  if (socket) corkWrites(socket);
  if (isFrameReceiver(model.connection)) surviveUnreadableHeaders(model.connection);
  return new AmqplibConnection(model);
}

/**
 * The error for a connection that the broker closed as soon as it was open. amqplib has read both at once, before
 * anybody could listen for the close.
 */
async function closedAtOnce(model: ChannelModel): Promise<Error> {
  const reason = await model.close().then(() => '', closeReasonOf);
  return new Error(`The broker closed the connection as soon as it was open: ${reason}`);
}

function refused({ code, text }: Refusal, cause: unknown): Error {
  const message = `The broker closed the connection in the handshake: ${code} with message "${text}"`;
  return Object.assign(new Error(message, { cause }), { code });
}
