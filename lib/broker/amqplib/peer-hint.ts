import { errorText } from '../../exceptions/index.js';

/** The address of a connection. */
interface Peer {
  readonly protocol: string;
  readonly hostname: string;
  readonly port: number;
}

/**
 * Explains the error of a handshake when the peer is probably no AMQP broker, or when only one side uses TLS: the texts
 * of OpenSSL and amqplib do not say so. Other errors are returned as they are.
 */
export function withPeerHint(error: unknown, peer: Peer): unknown {
  const hint = hintOf(error, peer);
  if (hint === undefined) return error;
  const { code } = error as { code?: unknown };
  return Object.assign(new Error(hint, { cause: error }), code !== undefined && { code });
}

function hintOf(error: unknown, { protocol, hostname, port }: Peer): string | undefined {
  const text = errorText(error);
  const place = `${hostname}:${port}`;
  if (protocol === 'amqps') {
    return /wrong version number|packet length too long|http request/i.test(text)
      ? `${place} does not speak TLS: amqps:// needs the broker's port with TLS, usually 5671; use amqp:// for a port without TLS`
      : undefined;
  }
  if (text.startsWith('Socket closed abruptly during opening handshake')) {
    return `${text}: ${place} may need TLS (amqps://), or may not be an AMQP 0-9-1 broker`;
  }
  return /^Frame size \d+ exceeds|^Invalid frame/.test(text)
    ? `${place} does not speak AMQP 0-9-1: it may be a web server, or the broker's port for management. Use the broker's AMQP port, usually 5672 (${text})`
    : undefined;
}
