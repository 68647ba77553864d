import { Duplex } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  isMethodSender,
  type MethodSender,
  writeAcknowledgements,
} from '../../../lib/broker/acknowledgement-frames.js';
import { amqplibInternals } from '../../support/amqplib-internals.js';

/** What amqplib does not export. */
interface Connection extends MethodSender {
  channelMax: number;
  readonly muxer: { readonly blocked: boolean };
  freshChannel(channel: object): number;
}
interface Amqplib {
  readonly Connection: new (stream: Duplex) => Connection;
  encodeMethod(id: number, channel: number, fields: object): Buffer;
}

const amqplib = amqplibInternals<Amqplib>('connection', 'defs');

const BASIC_ACK = 0x3c0050;
const BASIC_NACK = 0x3c0078;

/** A socket that shows what was written to it. */
class Socket extends Duplex {
  readonly written: Buffer[] = [];
  private sent: (() => void) | undefined;

  override _read(): void {}

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.written.push(chunk);
    this.sent = done;
  }

  /** Goes on with what comes next. */
  send(): void {
    this.sent?.();
  }
}

describe('acknowledgements to a socket', () => {
  let socket: Socket;
  let connection: Connection;
  let channel: number;

  const ack = (deliveryTag: number, multiple = false): void =>
    void connection.sendMethod(channel, BASIC_ACK, { deliveryTag, multiple });
  const nack = (deliveryTag: number): void =>
    void connection.sendMethod(channel, BASIC_NACK, { deliveryTag, multiple: false, requeue: true });
  /** The methods that were written, and their tags. */
  const written = (): [number, number][] =>
    socket.written.map((frame) => [frame.readUInt32BE(7), Number(frame.readBigUInt64BE(11))]);

  /** Has the socket send what it is given until that is so. */
  async function until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      socket.send();
      await turn();
    }
  }

  beforeEach(() => {
    socket = new Socket({ writableHighWaterMark: 40 });
    connection = new amqplib.Connection(socket);
    connection.channelMax = 10;
    writeAcknowledgements(connection);
    channel = connection.freshChannel({ onBufferDrain: () => undefined });
  });

  it('are the bytes that amqplib writes', () => {
    fc.assert(
      fc.property(
        fc.maxSafeInteger().map(Math.abs),
        fc.option(fc.boolean(), { nil: undefined }),
        (tag, multiple) => {
          socket.written.length = 0;
          socket.send();
          const fields = { deliveryTag: tag, multiple };
          connection.sendMethod(channel, BASIC_ACK, fields);
          expect(socket.written).toEqual([amqplib.encodeMethod(BASIC_ACK, channel, fields)]);
        },
      ),
    );
  });

  it('are there at once, and heartbeats know of it', () => {
    connection.sentSinceLastCheck = false;
    ack(1);
    expect(written()).toEqual([[BASIC_ACK, 1]]);
    expect(connection.sentSinceLastCheck).toBe(true);
  });

  it('do not overtake a rejection that waits in the channel', async () => {
    nack(1);
    ack(2, true);
    await until(() => written().length === 2);
    expect(written()).toEqual([
      [BASIC_NACK, 1],
      [BASIC_ACK, 2],
    ]);
  });

  it('do not overtake what waits because the socket is full', async () => {
    for (const tag of [1, 2, 3]) nack(tag);
    while (!connection.muxer.blocked) await turn();
    ack(4);
    await until(() => written().length === 4);

    expect(written().map(([, tag]) => tag)).toEqual([1, 2, 3, 4]);
  });

  it('of a channel that is gone fail as amqplib has them fail', () => {
    channel = 5;
    expect(() => ack(1)).toThrow(TypeError);
    expect(socket.written).toEqual([]);
  });

  it('are left to amqplib where a connection is of another shape', () => {
    const { stream, channels, sendMethod } = connection;
    expect(isMethodSender({ stream, channels, sendMethod })).toBe(true);
    expect(isMethodSender({ channels, sendMethod })).toBe(false);
    expect(isMethodSender({ stream, sendMethod })).toBe(false);
    expect(isMethodSender({ stream, channels })).toBe(false);
    expect(isMethodSender({})).toBe(false);
  });
});
