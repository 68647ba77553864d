import { connect, createServer, type Server, type Socket } from 'node:net';

export type Direction = 'to-broker' | 'to-client';

/** The fault of a proxied connection: it is cut after this many bytes of one direction. */
export interface CutPoint {
  readonly direction: Direction;
  readonly bytes: number;
}

interface Pair {
  readonly client: Socket;
  readonly broker: Socket;
}

/** A TCP proxy before a broker, with the faults of networks. */
export class FaultyProxy {
  /** The bytes that clients have sent. */
  bytesFromClients = 0;
  /** Where each new connection is cut; undefined for no cut. */
  cutPoint: (() => CutPoint | undefined) | undefined;
  private readonly pairs = new Set<Pair>();
  /** Clients whose broker is gone without a notice. */
  private readonly orphans = new Set<Socket>();
  private isStalled = false;

  private constructor(
    private readonly server: Server,
    private readonly brokerPort: () => number,
  ) {
    server.on('connection', (client) => this.join(client));
  }

  /** @param brokerPort the port of the broker, asked for at each connection */
  static async listen(brokerPort: () => number): Promise<FaultyProxy> {
    const server = createServer({ allowHalfOpen: true });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new FaultyProxy(server, brokerPort);
  }

  get port(): number {
    return (this.server.address() as { port: number }).port;
  }

  /** Ends all connections in order, as a peer that goes away. */
  cut(): void {
    for (const { client, broker } of this.pairs) {
      client.destroy();
      broker.destroy();
    }
  }

  /** Resets all connections. */
  reset(): void {
    for (const { client, broker } of this.pairs) {
      client.resetAndDestroy();
      broker.resetAndDestroy();
    }
  }

  /** From now on nothing passes, in one direction or in both, without a notice. */
  stall(direction?: Direction): void {
    this.isStalled = true;
    for (const pair of this.pairs) this.hold(pair, direction);
  }

  /** Everything passes again, also bytes that waited. */
  resume(): void {
    this.isStalled = false;
    for (const { client, broker } of this.pairs) {
      client.resume();
      broker.resume();
    }
  }

  /** The broker's side of each connection ends. The client's side stays open, and its bytes go nowhere. */
  loseBroker(): void {
    for (const pair of this.pairs) {
      this.pairs.delete(pair);
      this.orphans.add(pair.client);
      pair.client.removeAllListeners('data');
      pair.client.on('data', () => undefined);
      pair.broker.removeAllListeners('close');
      pair.broker.destroy();
    }
  }

  async close(): Promise<void> {
    this.cut();
    for (const orphan of this.orphans) orphan.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private join(client: Socket): void {
    const broker = connect({ port: this.brokerPort(), host: '127.0.0.1', allowHalfOpen: true });
    const pair: Pair = { client, broker };
    const cutPoint = this.cutPoint?.();
    this.pairs.add(pair);
    client.on('data', (chunk: Buffer) => (this.bytesFromClients += chunk.length));
    this.forward(client, broker, cutPoint?.direction === 'to-broker' ? cutPoint.bytes : Infinity);
    this.forward(broker, client, cutPoint?.direction === 'to-client' ? cutPoint.bytes : Infinity);
    if (this.isStalled) this.hold(pair);
  }

  private hold({ client, broker }: Pair, direction?: Direction): void {
    if (direction !== 'to-client') client.pause();
    if (direction !== 'to-broker') broker.pause();
  }

  private forward(from: Socket, to: Socket, limit: number): void {
    let left = limit;
    from.setNoDelay(true);
    from.on('data', (chunk: Buffer) => {
      const part = chunk.subarray(0, left);
      left -= part.length;
      if (!to.destroyed && !to.write(part)) from.pause();
      if (left > 0) return;
      // The last bytes still arrive.
      to.end(() => to.destroy());
      from.destroy();
    });
    to.on('drain', () => {
      if (!this.isStalled) from.resume();
    });
    from.on('end', () => to.end());
    from.on('error', () => to.destroy());
    from.on('close', () => {
      to.destroy();
      for (const pair of this.pairs)
        if (pair.client === from || pair.broker === from) this.pairs.delete(pair);
    });
  }
}
