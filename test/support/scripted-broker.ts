import { createServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { amqplibInternals } from './amqplib-internals.js';

interface Frame {
  readonly id?: number;
  readonly channel: number;
  readonly fields?: Record<string, unknown>;
  readonly content?: Buffer;
  readonly size?: number;
}

/** Parts of amqplib that it does not export. */
interface Amqplib {
  readonly parseFrame: (bytes: Buffer, max: number) => { readonly rest: Buffer } | false;
  readonly decodeFrame: (frame: object) => Frame;
  readonly encodeMethod: (id: number, channel: number, fields: object) => Buffer;
  readonly [
    method: `Connection${string}` | `Channel${string}` | `Confirm${string}` | `Basic${string}`
  ]: number;
}

const amqplib = amqplibInternals<Amqplib>('frame', 'defs');
const PROTOCOL_HEADER_BYTES = 8;

/** A message that a client has published, with the parts that tests read. */
export interface Arrival {
  readonly session: Session;
  readonly channel: number;
  readonly deliveryTag: number;
  readonly topic: string;
  /** The size of its body, in bytes. */
  readonly size: number;
}

/** The behaviour of a scripted broker. */
export interface Script {
  /** Called for each message. Default: it is confirmed. */
  onPublish?: (arrival: Arrival) => void;
  /** The largest frame. Default: 131,072 bytes. */
  frameMax?: number;
  /** The heartbeat in seconds. Default: 0, none. */
  heartbeat?: number;
  /** The code and reason with which it ends every connection that is being made. Default: it accepts connections. */
  refusal?: readonly [code: number, reason: string];
  /** The code and reason with which it closes every connection as soon as it is open. Default: it does not. */
  farewell?: readonly [code: number, reason: string];
  /** Whether it does not answer the closing of a connection. Default: false. */
  ignoresClose?: boolean;
}

/** A broker that speaks AMQP, stores nothing, and follows a script towards publishers. */
export class ScriptedBroker {
  /** All messages, in order of arrival. */
  readonly arrivals: Arrival[] = [];
  readonly sessions: Session[] = [];

  private constructor(
    private readonly server: Server,
    readonly script: Script,
  ) {
    server.on('connection', (socket) => this.sessions.push(new Session(socket, this)));
  }

  /** Listens on loopback until the test ends. */
  static async listen(script: Script = {}): Promise<ScriptedBroker> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const broker = new ScriptedBroker(server, script);
    onTestFinished(() => broker.stop());
    return broker;
  }

  get url(): string {
    return `amqp://guest:guest@127.0.0.1:${(this.server.address() as { port: number }).port}/?connection_attempts=1`;
  }

  /** Ends all connections, and accepts no more. */
  stop(): void {
    this.server.close();
    for (const session of this.sessions) session.destroy();
  }

  /** How often a message came, by its topic. */
  timesOf(topic: string): number {
    return this.arrivals.filter((arrival) => arrival.topic === topic).length;
  }
}

/** One connection of a client. */
export class Session {
  /** The numbers of channels with confirms, each time such a channel was opened. */
  readonly publishing: number[] = [];
  private bytes: Buffer = Buffer.alloc(0);
  private isGreeted = false;
  private readonly tags = new Map<number, number>();
  private readonly begun = new Map<number, { topic: string; size: number; left: number }>();

  constructor(
    private readonly socket: Socket,
    private readonly broker: ScriptedBroker,
  ) {
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => this.onBytes(chunk));
  }

  confirm({ channel, deliveryTag }: Arrival): void {
    this.send('BasicAck', channel, { deliveryTag, multiple: false });
  }

  closeChannel(channel: number, replyCode: number, replyText: string): void {
    this.tags.delete(channel);
    this.begun.delete(channel);
    this.send('ChannelClose', channel, { replyCode, replyText, classId: 60, methodId: 40 });
  }

  /** Ends the connection for a reason, and ignores everything that comes afterwards. */
  close(replyCode: number, replyText: string): void {
    this.send('ConnectionClose', 0, { replyCode, replyText, classId: 0, methodId: 0 });
    this.socket.removeAllListeners('data').resume();
  }

  block(reason: string): void {
    this.send('ConnectionBlocked', 0, { reason });
  }

  unblock(): void {
    this.send('ConnectionUnblocked', 0, {});
  }

  /** Reads nothing until `resume` is called. */
  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  destroy(): void {
    this.socket.removeAllListeners('data').destroy();
  }

  private send(method: string, channel: number, fields: object): void {
    const id = amqplib[method as 'BasicAck']!;
    if (this.socket.writable) this.socket.write(amqplib.encodeMethod(id, channel, fields));
  }

  private onBytes(chunk: Buffer): void {
    this.bytes = Buffer.concat([this.bytes, chunk]);
    if (!this.isGreeted) {
      if (this.bytes.length < PROTOCOL_HEADER_BYTES) return;
      this.bytes = this.bytes.subarray(PROTOCOL_HEADER_BYTES);
      this.isGreeted = true;
      const locales = Buffer.from('en_US');
      const mechanisms = Buffer.from('PLAIN');
      this.send('ConnectionStart', 0, { versionMajor: 0, versionMinor: 9, serverProperties: {}, mechanisms, locales }); // prettier-ignore
    }
    for (;;) {
      const frame = amqplib.parseFrame(this.bytes, 0);
      if (!frame) return;
      this.bytes = frame.rest;
      this.onFrame(amqplib.decodeFrame(frame));
      if (this.socket.listenerCount('data') === 0) return;
    }
  }

  private onFrame({ id, channel, fields, size, content }: Frame): void {
    switch (id) {
      case amqplib.ConnectionStartOk: {
        const { frameMax = 131_072, heartbeat = 0, refusal } = this.broker.script;
        if (refusal) return this.close(...refusal);
        return this.send('ConnectionTune', 0, { channelMax: 100, frameMax, heartbeat });
      }
      case amqplib.ConnectionOpen: {
        const { farewell } = this.broker.script;
        // In one piece, so that the client reads both frames before it can do anything.
        this.socket.cork();
        this.send('ConnectionOpenOk', 0, {});
        if (farewell) this.close(...farewell);
        this.socket.uncork();
        return;
      }
      case amqplib.ConnectionClose:
        if (this.broker.script.ignoresClose) return;
        return this.send('ConnectionCloseOk', 0, {});
      case amqplib.ChannelOpen:
        return this.send('ChannelOpenOk', channel, {});
      case amqplib.ChannelClose:
        return this.send('ChannelCloseOk', channel, {});
      case amqplib.ConfirmSelect:
        this.tags.set(channel, 0);
        this.publishing.push(channel);
        return this.send('ConfirmSelectOk', channel, {});
    }
    // A closed channel may still send.
    if (!this.tags.has(channel)) return;
    if (id === amqplib.BasicPublish) {
      this.begun.set(channel, { topic: String(fields?.routingKey), size: 0, left: 0 });
    } else this.onContent(channel, size, content);
  }

  private onContent(channel: number, size: number | undefined, content: Buffer | undefined): void {
    const begun = this.begun.get(channel);
    if (!begun) return;
    if (size !== undefined) begun.size = begun.left = size;
    begun.left -= content?.length ?? 0;
    if (begun.left > 0) return;
    this.begun.delete(channel);
    const deliveryTag = this.tags.get(channel)! + 1;
    this.tags.set(channel, deliveryTag);
    const arrival = { session: this, channel, deliveryTag, topic: begun.topic, size: begun.size };
    this.broker.arrivals.push(arrival);
    const { onPublish } = this.broker.script;
    if (onPublish) onPublish(arrival);
    else this.confirm(arrival);
  }
}
