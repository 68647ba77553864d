import type { Duplex } from 'node:stream';
import type { FrameReceiver } from './delivery-frames.js';

/** The `onread` of a socket's options. */
export interface OnRead {
  /** Where the next bytes are to go. */
  buffer(): Buffer;
  /** So many bytes came into it. */
  callback(count: number, buffer: Buffer): boolean;
}

/** amqplib's connection, as far as it takes frames, and tells of a wrong one; not in its types. */
export interface FrameTaker extends FrameReceiver {
  readonly stream: Duplex;
  /** Whether something came; heartbeats are missed otherwise. */
  recvSinceLastCheck: boolean;
  accept(frame: object): void;
  emit(event: 'frameError', error: unknown): boolean;
}

const NOTHING = Buffer.alloc(0);
const PIECE = 256 * 1024;
/** As much as Node reads at once by itself. */
const LEAST_ROOM = 64 * 1024;

/**
 * Has a socket read into large pieces of memory, where otherwise Node takes 64 KB of new memory for each read, and amqplib
 * puts together what of a frame came in several reads. A body keeps its piece for as long as it is kept itself, until its message
 * is acknowledged.
 *
 * @see https://nodejs.org/docs/latest-v20.x/api/net.html `onread`
 */
export class SocketReads {
  private piece = Buffer.allocUnsafeSlow(PIECE);
  /** What came last before the connection was open. */
  lastEarly: Buffer = NOTHING;
  /** What has come and is not taken yet. */
  private start = 0;
  private end = 0;
  private connection: FrameTaker | undefined;
  /** A frame was wrong, or came when the connection was closed: nothing can be made of what follows. */
  private isBroken = false;

  /** The socket has to be made with them. */
  get socketOptions(): { readonly onread: OnRead } {
    const came = this.came.bind(this);
    return {
      onread: {
        buffer: () => this.room(),
        // Node calls it as a method of the socket, though it does not say so; amqplib gives the socket to nobody before the
        // connection is open.
        callback(this: unknown, count, buffer) {
          return came(this as Duplex, count, buffer);
        },
      },
    };
  }

  /** A connection that is open takes its frames from here; until then, they pass through the stream of the socket. */
  passTo(connection: FrameTaker): void {
    this.connection = connection;
    this.lastEarly = NOTHING;
    for (let early: Buffer; (early = connection.stream.read() as Buffer) !== null;) {
      connection.rest = Buffer.concat([connection.rest, early]);
    }
    // In another piece: the socket is about to read to the beginning of this one.
    const { rest } = connection;
    if (rest.length > 0) this.move(rest, LEAST_ROOM);
    this.take(connection);
  }

  private came(socket: Duplex, count: number, buffer: Buffer): boolean {
    const { connection } = this;
    // The socket reads to the same place again.
    if (!connection) return socket.push((this.lastEarly = Buffer.from(buffer.subarray(0, count))));
    // Read on nevertheless: else the end of the stream would not be seen.
    if (this.isBroken) return true;
    if (buffer.buffer !== this.piece.buffer) {
      this.makeRoom(count);
      buffer.copy(this.piece, this.end, 0, count);
    }
    this.end += count;
    connection.recvSinceLastCheck = true;
    this.take(connection);
    return true;
  }

  private take(connection: FrameTaker): void {
    connection.rest = this.piece.subarray(this.start, this.end);
    try {
      for (let frame = connection.recvFrame(); frame; frame = connection.recvFrame())
        connection.accept(frame);
    } catch (error) {
      this.isBroken = true;
      connection.rest = NOTHING;
      connection.emit('frameError', error);
    }
    this.start = this.end - connection.rest.length;
  }

  private room(): Buffer {
    // One that a large frame needed.
    if (this.piece.length > PIECE && this.start === this.end) this.move(NOTHING, LEAST_ROOM);
    this.makeRoom(LEAST_ROOM);
    return this.piece.subarray(this.end);
  }

  private makeRoom(size: number): void {
    if (this.piece.length - this.end < size) this.move(this.piece.subarray(this.start, this.end), size);
  }

  /** Goes on in another piece: bodies that were read from this one are in use still. */
  private move(waiting: Buffer, room: number): void {
    this.piece = Buffer.allocUnsafeSlow(Math.max(PIECE, 2 * waiting.length + room));
    this.start = 0;
    this.end = waiting.copy(this.piece);
  }
}

/** Whether amqplib's connection has what is needed. */
export function isFrameTaker(connection: FrameReceiver): connection is FrameTaker {
  const { stream, recvSinceLastCheck, accept, emit } = connection as Partial<FrameTaker>;
  return (
    typeof stream?.read === 'function' &&
    typeof recvSinceLastCheck === 'boolean' &&
    typeof accept === 'function' &&
    typeof emit === 'function'
  );
}
