import { createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ConnectionException, FedoraMessagingService, Message } from '../../../../lib/index.js';
import { startApp } from '../../../support/application.js';
import { captureLog } from '../../../support/captured-log.js';
import { type Script, ScriptedBroker } from '../../../support/scripted-broker.js';

/** The port of a server that is not a broker, or a broken broker. */
async function peer(onConnection: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as { port: number }).port;
}

const onFirstBytes =
  (answer: string | Buffer) =>
  (socket: Socket): void =>
    void socket.once('data', () => socket.end(answer));

async function serviceOf(amqpUrl: string): Promise<FedoraMessagingService> {
  return (await startApp({ options: { amqpUrl, shutdownTimeout: 100 } })).get(FedoraMessagingService);
}

const CANT_CONNECT = String.raw`^Can't connect to amqps?:.* \(2 of 2 attempts\): `;

describe('a first connection to a peer that', () => {
  it.each<[string, string, (socket: Socket) => void, string]>([
    [
      'closes each connection',
      'amqp',
      (socket) => socket.end(),
      'Socket closed.* may need TLS \\(amqps://\\)',
    ],
    ['resets each connection', 'amqp', (socket) => socket.resetAndDestroy(), ''],
    [
      'is a web server',
      'amqp',
      onFirstBytes('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'),
      '127.0.0.1:\\d+ does not speak AMQP 0-9-1: it may be a web server',
    ],
    [
      'speaks another version of AMQP',
      'amqp',
      onFirstBytes('AMQP\0\u0001\0\0'),
      '127.0.0.1:\\d+ does not speak AMQP 0-9-1',
    ],
    [
      'sends noise',
      'amqp',
      onFirstBytes(Buffer.alloc(100_000, 0xa5)),
      '127.0.0.1:\\d+ does not speak AMQP 0-9-1',
    ],
    ['says nothing', 'amqp', () => undefined, 'connect ETIMEDOUT'],
    [
      'has no TLS',
      'amqps',
      onFirstBytes('AMQP\0\0\u0009\u0001'),
      '127.0.0.1:\\d+ does not speak TLS: amqps:// needs',
    ],
  ])('%s fails after its attempts with a hint about the peer', async (_, protocol, onConnection, reason) => {
    const port = await peer(onConnection);
    const query = 'socket_timeout=0.2&connection_attempts=2&retry_delay=0.01';
    const service = await serviceOf(`${protocol}://127.0.0.1:${port}/?${query}`);
    await expect(service.whenConnected()).rejects.toThrow(
      expect.objectContaining({
        constructor: ConnectionException,
        message: expect.stringMatching(`${CANT_CONNECT}${reason || '.'}`) as string,
      }) as Error,
    );
  });
});

describe('a broker that closes each connection as it opens', () => {
  it('is tried again until it keeps a connection', async () => {
    const log = captureLog();
    const script: Script = { farewell: [320, 'CONNECTION_FORCED - not yet'] };
    const broker = await ScriptedBroker.listen(script);
    const service = await serviceOf(broker.url);
    const publishing = service.publish(new Message({ topic: 'a' }));
    await expect.poll(() => broker.sessions.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(3);
    expect(log.some(({ text }) => text.includes('CONNECTION_FORCED - not yet'))).toBe(true);
    delete script.farewell;
    await publishing;
    expect(service.statistics.published).toBe(1);
  });
});
