import { createServer, type Server, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { askForRefusal, type Refusal } from '../../../../lib/broker/amqplib/handshake-refusal.js';

const START = 0x000a000a;
const START_OK = 0x000a000b;
const TUNE = 0x000a001e;
const TUNE_OK = 0x000a001f;
const OPEN = 0x000a0028;
const OPEN_OK = 0x000a0029;
const CLOSE = 0x000a0032;

function frame(method: number, fields = Buffer.alloc(0)): Buffer {
  const bytes = Buffer.alloc(7 + 4 + fields.length + 1);
  bytes[0] = 1;
  bytes.writeUInt32BE(4 + fields.length, 3);
  bytes.writeUInt32BE(method, 7);
  fields.copy(bytes, 11);
  bytes[bytes.length - 1] = 0xce;
  return bytes;
}

function close(code: number, text: string): Buffer {
  const fields = Buffer.concat([Buffer.from([0, 0, text.length]), Buffer.from(text), Buffer.alloc(4)]);
  fields.writeUInt16BE(code);
  return frame(CLOSE, fields);
}

/** A server that answers to the virtual host with these bytes, and the methods that clients sent. */
class Peer {
  readonly received = new Map<number, Buffer>();

  private constructor(private readonly server: Server) {}

  static async listen(answer: (socket: Socket) => void): Promise<Peer> {
    const server = createServer();
    const peer = new Peer(server);
    server.on('connection', (socket) => {
      socket.on('error', () => undefined);
      onTestFinished(() => void socket.destroy());
      let bytes = Buffer.alloc(0);
      socket.on('data', (chunk) => {
        bytes = Buffer.concat([bytes, chunk]);
        if (bytes.subarray(0, 4).toString() === 'AMQP') {
          bytes = bytes.subarray(8);
          socket.write(frame(START));
        }
        while (bytes.length > 7 && bytes.length >= 8 + bytes.readUInt32BE(3)) {
          const size = bytes.readUInt32BE(3);
          const method = bytes.readUInt32BE(7);
          peer.received.set(method, bytes.subarray(11, 7 + size));
          bytes = bytes.subarray(8 + size);
          if (method === START_OK) socket.write(frame(TUNE, Buffer.from([7, 255, 0, 2, 0, 0, 0, 60])));
          if (method === OPEN) answer(socket);
        }
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    return peer;
  }

  ask(timeout = 20_000): Promise<Refusal | undefined> {
    const { port } = this.server.address() as { port: number };
    return askForRefusal({
      isTls: false,
      socket: { host: '127.0.0.1', port },
      mechanism: 'PLAIN',
      response: Buffer.from('\0user\0password'),
      locale: 'en_US',
      virtualHost: 'missing',
      timeout,
    });
  }
}

describe('asking a broker why it refuses a virtual host', () => {
  it("sends the login within the broker's own limits, and returns the broker's reason", async () => {
    const peer = await Peer.listen((socket) => void socket.write(close(530, "vhost 'missing' not found")));
    expect(await peer.ask()).toEqual({ code: 530, text: "vhost 'missing' not found" });
    expect(peer.received.get(START_OK)!.toString('latin1')).toContain('PLAIN');
    expect(peer.received.get(START_OK)!.toString('latin1')).toContain('\0user\0password');
    expect(peer.received.get(TUNE_OK)).toEqual(Buffer.from([7, 255, 0, 2, 0, 0, 0, 60]));
    expect(peer.received.get(OPEN)!.toString('latin1')).toContain('\u0007missing');
  });

  it('reads an answer in pieces', async () => {
    const bytes = close(530, 'no');
    const peer = await Peer.listen((socket) => {
      socket.write(bytes.subarray(0, 9));
      setImmediate(() => socket.write(bytes.subarray(9)));
    });
    expect(await peer.ask()).toEqual({ code: 530, text: 'no' });
  });

  it.each([
    ['accepts it this time', (socket: Socket) => void socket.write(frame(OPEN_OK))],
    ['closes without a reason', (socket: Socket) => void socket.write(frame(CLOSE))],
    ['sends a frame without a method', (socket: Socket) => void socket.write(Buffer.from([1, 0, 0, 0, 0, 0, 0, 206]))], // prettier-ignore
    ['ends the connection', (socket: Socket) => void socket.end()],
    ['resets the connection', (socket: Socket) => void socket.resetAndDestroy()],
  ])('returns no reason when the broker %s', async (_, answer) => {
    const peer = await Peer.listen(answer);
    expect(await peer.ask(2_000)).toBeUndefined();
  });

  it('returns no reason when the broker does not answer in time', async () => {
    const peer = await Peer.listen(() => undefined);
    expect(await peer.ask(100)).toBeUndefined();
  });
});
