import { once } from 'node:events';
import { Duplex } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { corkWrites } from '../../../../lib/broker/amqplib/cork-writes.js';

/** A socket that records each write to the system. */
class Socket extends Duplex {
  readonly sent: string[][] = [];

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.sent.push([chunk.toString()]);
    setImmediate(done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this.sent.push(chunks.map(({ chunk }) => chunk.toString()));
    setImmediate(done);
  }
}

describe('corked writes to a socket', () => {
  let socket: Socket;

  beforeEach(() => {
    socket = new Socket({ writableHighWaterMark: 4 });
    corkWrites(socket);
  });

  it('are sent together, in order, when they come in one turn', async () => {
    for (const text of ['a', 'b', 'c']) socket.write(Buffer.from(text));
    expect(socket.sent).toEqual([]);

    await turn();

    expect(socket.sent).toEqual([['a', 'b', 'c']]);
  });

  it('are sent by the next tick, without waiting for more', async () => {
    socket.write(Buffer.from('a'));

    await new Promise<void>((resolve) => process.nextTick(resolve));

    expect(socket.sent).toEqual([['a']]);
  });

  it('go on in later turns', async () => {
    socket.write(Buffer.from('a'));
    await turn();
    socket.write(Buffer.from('b'));
    socket.write(Buffer.from('c'));
    await turn();

    expect(socket.sent).toEqual([['a'], ['b', 'c']]);
  });

  it('are sent also when a test has replaced the timers', async () => {
    const nextTick = vi.spyOn(process, 'nextTick').mockImplementation(() => undefined);
    try {
      socket.write(Buffer.from('a'));
      await turn();
    } finally {
      nextTick.mockRestore();
    }

    expect(socket.sent).toEqual([['a']]);
  });

  it('report a full buffer, and when it has room again', async () => {
    expect(socket.write(Buffer.from('abc'))).toBe(true);
    expect(socket.write(Buffer.from('def'))).toBe(false);
    expect(socket.writableLength).toBe(6);

    await once(socket, 'drain');

    expect(socket.writableLength).toBe(0);
  });

  it('are all sent before the end of the socket', async () => {
    const told: string[] = [];
    socket.write(Buffer.from('a'), () => told.push('a'));
    socket.end(Buffer.from('b'));

    await once(socket, 'finish');

    expect(socket.sent.flat()).toEqual(['a', 'b']);
    expect(told).toEqual(['a']);
  });

  it('are given up with a socket that is destroyed', async () => {
    socket.write(Buffer.from('a'));
    socket.destroy();

    await once(socket, 'close');

    expect(socket.sent).toEqual([]);
  });
});
