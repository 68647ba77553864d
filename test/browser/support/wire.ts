import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A connection to a server on loopback, which the test can cut. */
export class Wire {
  private readonly sockets = new Set<Socket>();
  private isCut = false;

  private constructor(
    private readonly server: Server,
    target: number,
  ) {
    server.on('connection', (client) => this.join(client, target));
  }

  /** @param url the address of the server */
  static async to(url: string): Promise<Wire> {
    const server = createServer();
    const wire = new Wire(server, Number(new URL(url).port));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      wire.cut();
      server.close();
    });
    return wire;
  }

  /** The address of the server, through the wire. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  /** Ends all connections, and takes no new one. */
  cut(): void {
    this.isCut = true;
    for (const socket of this.sockets) socket.destroy();
  }

  mend(): void {
    this.isCut = false;
  }

  private join(client: Socket, target: number): void {
    if (this.isCut) {
      client.destroy();
      return;
    }
    const server = connect(target, '127.0.0.1');
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.sockets.add(one);
      one.on('error', () => undefined);
      one.on('close', () => {
        this.sockets.delete(one);
        other.destroy();
      });
    }
    client.pipe(server).pipe(client);
  }
}
