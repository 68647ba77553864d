import { connect, createServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

const FRAME_HEADER = 7;
const METHOD = 1;
const HEADER = 2;
const BASIC_DELIVER = 0x3c_003c;

/** A TCP proxy before a broker, which changes frames that the broker sends. */
export class FrameProxy {
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly brokerPort: number,
    private readonly change: (frame: Buffer, cut: () => void) => void,
  ) {
    server.on('connection', (client) => this.join(client));
  }

  /**
   * @param change changes a frame in place before a client gets it, or cuts the connection
   * @param port the port of the proxy. Default: a free port
   */
  static async listen(
    brokerPort: number,
    change: (frame: Buffer, cut: () => void) => void = () => undefined,
    port = 0,
  ): Promise<FrameProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    const proxy = new FrameProxy(server, brokerPort, change);
    onTestFinished(() => proxy.close());
    return proxy;
  }

  get port(): number {
    return (this.server.address() as { port: number }).port;
  }

  private join(client: Socket): void {
    const broker = connect({ port: this.brokerPort, host: '127.0.0.1' });
    let rest: Buffer = Buffer.alloc(0);
    client.pipe(broker);
    broker.on('data', (bytes: Buffer) => {
      rest = Buffer.concat([rest, bytes]);
      while (rest.length >= FRAME_HEADER) {
        const end = FRAME_HEADER + rest.readUInt32BE(3) + 1;
        if (rest.length < end) break;
        const frame = Buffer.from(rest.subarray(0, end));
        rest = rest.subarray(end);
        this.change(frame, () => client.destroy());
        if (!client.destroyed) client.write(frame);
      }
    });
    for (const [socket, other] of [
      [client, broker],
      [broker, client],
    ] as const) {
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.sockets.delete(socket);
        other.destroy();
      });
    }
  }

  private async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** The eight bytes of the delivery tag, in the frame of a basic.deliver; undefined in another frame. */
export function deliveryTagIn(frame: Buffer): Buffer | undefined {
  if (frame[0] !== METHOD || frame.readUInt32BE(FRAME_HEADER) !== BASIC_DELIVER) return undefined;
  const consumerTagLength = frame[FRAME_HEADER + 4]!;
  const start = FRAME_HEADER + 5 + consumerTagLength;
  return frame.subarray(start, start + 8);
}

/** The eight bytes of the size of a body, in the frame that begins a message; undefined in another frame. */
export function bodySizeIn(frame: Buffer): Buffer | undefined {
  return frame[0] === HEADER ? frame.subarray(FRAME_HEADER + 4, FRAME_HEADER + 12) : undefined;
}
