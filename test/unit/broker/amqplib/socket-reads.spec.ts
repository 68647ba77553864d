import type { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { readDeliveries } from '../../../../lib/broker/amqplib/delivery-frames.js';
import { type FrameTaker, isFrameTaker, SocketReads } from '../../../../lib/broker/amqplib/socket-reads.js';
import { amqplibInternals } from '../../../support/amqplib-internals.js';

type Connection = FrameTaker & EventEmitter & { readonly stream: PassThrough; maxFrameSize: number };

const { Connection, makeBodyFrame } = amqplibInternals<{
  readonly Connection: new (stream: PassThrough) => Connection;
  makeBodyFrame(channel: number, content: Buffer): Buffer;
}>('connection', 'frame');

// Megabytes in a hundred runs take seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

describe('what a socket reads', () => {
  it('is taken in order, whatever the socket has at once, and is not written over', () => {
    const bodies = fc.array(fc.oneof(fc.nat(300), fc.nat(300_000)), { minLength: 1, maxLength: 20 });
    const counts = fc.infiniteStream(
      fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 400_000 })),
    );
    fc.assert(
      fc.property(bodies, counts, fc.nat(5), fc.boolean(), (sizes, each, early, isBegun) => {
        const connection = new Connection(new PassThrough());
        const contents = sizes.map((size, i) => Buffer.alloc(size, i + 1));
        const reads = new SocketReads();
        const socket = new FakeSocket(reads, connection.stream, contents);
        const frames: { content: Buffer }[] = [];
        connection.accept = (frame) => frames.push(frame as { content: Buffer });
        readDeliveries(connection);

        for (let i = 0; i < early; i++) socket.read(each.next().value);
        if (isBegun) acceptAll(connection);
        reads.passTo(connection);
        while (!socket.isDone) socket.read(each.next().value);

        expect(frames.map(({ content }, i) => content.equals(contents[i]!))).toEqual(sizes.map(() => true));
        expect(connection.rest).toHaveLength(0);
      }),
      { numRuns: 100 },
    );
  });

  it('is taken without a copy, where the frame is in one piece of memory', () => {
    const { connection, socket } = taken([Buffer.alloc(10, 1), Buffer.alloc(10, 2)]);
    const contents: Buffer[] = [];
    connection.accept = (frame) => contents.push((frame as { content: Buffer }).content);

    while (!socket.isDone) socket.read(7);

    expect(contents.map(String)).toEqual(['\u0001'.repeat(10), '\u0002'.repeat(10)]);
    expect(contents.map(({ buffer }) => buffer)).toEqual([socket.memory, socket.memory]);
  });

  it('counts as a sign of life, also where it is not a whole frame', () => {
    const { connection, socket } = taken([Buffer.alloc(10)]);
    socket.read(1);
    expect(connection.recvSinceLastCheck).toBe(true);
  });

  it('is told as a wrong frame where it is one', () => {
    const { connection, socket } = taken([Buffer.alloc(2000)]);
    const onError = vi.fn();
    connection.on('frameError', onError);
    connection.maxFrameSize = 1000;

    socket.read(1_000_000);

    expect(String(onError.mock.lastCall)).toMatch(/frame size/i);
  });

  it('is dropped after a wrong frame, and told once', () => {
    const { connection, socket } = taken([Buffer.alloc(2000), Buffer.alloc(100_000)]);
    const onError = vi.fn();
    connection.on('frameError', onError);
    connection.maxFrameSize = 1000;

    while (!socket.isDone) socket.read(1500);

    expect(onError).toHaveBeenCalledOnce();
    expect(connection.rest).toHaveLength(0);
  });

  it('needs no more memory after a large frame than before it', () => {
    const { connection, socket } = taken([Buffer.alloc(2_000_000)]);
    connection.accept = () => undefined;
    const before = socket.memory.byteLength;
    let most = 0;

    while (!socket.isDone) {
      socket.read(64_000);
      most = Math.max(most, socket.memory.byteLength);
    }

    expect(most).toBeGreaterThan(2_000_000);
    expect(socket.memory.byteLength).toBe(before);
  });

  it('is left to amqplib where a connection is of another shape', () => {
    const { stream, recvSinceLastCheck, emit } = new Connection(new PassThrough());
    // amqplib sets the one that takes frames when the connection is open.
    const shape = { stream, recvSinceLastCheck, emit, accept: () => undefined };
    const without = (name: keyof typeof shape): FrameTaker => ({ ...shape, [name]: undefined }) as never;
    expect(isFrameTaker(shape as never)).toBe(true);
    expect(isFrameTaker(without('stream'))).toBe(false);
    expect(isFrameTaker(without('recvSinceLastCheck'))).toBe(false);
    expect(isFrameTaker(without('accept'))).toBe(false);
    expect(isFrameTaker(without('emit'))).toBe(false);
  });
});

/** Reads as Node's sockets do with `onread`. */
class FakeSocket {
  private readonly onread;
  private readonly bytes: Buffer;
  private room: Buffer;
  private at = 0;

  constructor(
    reads: SocketReads,
    private readonly stream: PassThrough,
    contents: readonly Buffer[],
  ) {
    this.onread = reads.socketOptions.onread;
    this.bytes = Buffer.concat(contents.map((content) => makeBodyFrame(1, content)));
    this.room = this.onread.buffer();
  }

  get isDone(): boolean {
    return this.at === this.bytes.length;
  }

  /** Where it reads to. */
  get memory(): ArrayBufferLike {
    return this.room.buffer;
  }

  read(most: number): void {
    const count = this.bytes.copy(this.room, 0, this.at, this.at + most);
    if (count === 0) return;
    this.at += count;
    this.onread.callback.call(this.stream, count, this.room);
    this.room = this.onread.buffer();
  }
}

/** What amqplib does when its stream has something. */
function acceptAll(connection: Connection): void {
  for (let frame = connection.recvFrame(); frame; frame = connection.recvFrame()) connection.accept(frame);
}

/** A connection that takes what its socket reads. */
function taken(contents: readonly Buffer[]): { connection: Connection; socket: FakeSocket } {
  const connection = new Connection(new PassThrough());
  const reads = new SocketReads();
  const socket = new FakeSocket(reads, connection.stream, contents);
  reads.passTo(connection);
  return { connection, socket };
}
