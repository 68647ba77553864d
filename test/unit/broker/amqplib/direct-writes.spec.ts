import { Duplex } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  type ChannelWriter,
  isChannelWriter,
  writeDirectly,
} from '../../../../lib/broker/amqplib/direct-writes.js';
import { amqplibInternals } from '../../../support/amqplib-internals.js';

/** What amqplib does not export. */
interface Connection extends ChannelWriter {
  channelMax: number;
  frameMax: number;
  readonly muxer: { readonly blocked: boolean };
  sendMethod(channel: number, id: number, fields: object): boolean;
  sendMessage(
    channel: number,
    id: number,
    fields: object,
    propertiesId: number,
    properties: object,
    content: Buffer,
  ): boolean;
}
interface Amqplib {
  readonly Connection: new (stream: Duplex) => Connection;
}

const amqplib = amqplibInternals<Amqplib>('connection');

const BASIC_PROPERTIES = 60;
const BASIC_PUBLISH = 0x3c0028;
const BASIC_ACK = 0x3c0050;
const BASIC_NACK = 0x3c0078;
const BODY = 3;
const FRAME_OVERHEAD = 8;
/** So small that large bodies have several frames. */
const FRAME_MAX = 512;
/** amqplib writes smaller messages in one piece. */
const LARGE = 2048;
const FRAMES_OF_LARGE = Math.ceil(LARGE / (FRAME_MAX - FRAME_OVERHEAD));

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
    const { sent } = this;
    this.sent = undefined;
    sent?.();
  }
}

/** What a test does with a connection that has two channels. */
type Step =
  | { readonly do: 'ack' | 'nack'; readonly channel: number }
  | { readonly do: 'publish'; readonly channel: number; readonly size: number }
  | { readonly do: 'send' | 'turn' };

const channels = fc.constantFrom(0, 1);
const steps = fc.array(
  fc.oneof(
    fc.record({ do: fc.constantFrom('ack' as const, 'nack' as const), channel: channels }),
    fc.record({
      do: fc.constant('publish' as const),
      channel: channels,
      size: fc.oneof(fc.nat(200), fc.integer({ min: LARGE, max: 2 * LARGE })),
    }),
    fc.record({ do: fc.constantFrom('send' as const, 'turn' as const) }),
  ),
  { maxLength: 40 },
);

/** A connection with two channels, and what of each was written. */
class Talk {
  readonly socket = new Socket({ writableHighWaterMark: 100 });
  readonly connection = new amqplib.Connection(this.socket);
  readonly numbers: readonly number[];
  private tag = 0;

  constructor(isDirect: boolean) {
    this.connection.channelMax = 10;
    this.connection.frameMax = FRAME_MAX;
    if (isDirect) writeDirectly(this.connection);
    this.numbers = [0, 1].map(() => this.connection.freshChannel({ onBufferDrain: () => undefined }));
  }

  async take(step: Step): Promise<void> {
    switch (step.do) {
      case 'ack':
        return this.ack(step.channel);
      case 'nack':
        return this.nack(step.channel);
      case 'publish':
        return this.publish(step.channel, step.size);
      case 'send':
        return this.socket.send();
      case 'turn':
        await turn();
    }
  }

  ack(channel = 0): void {
    const fields = { deliveryTag: ++this.tag, multiple: false };
    this.connection.sendMethod(this.numbers[channel]!, BASIC_ACK, fields);
  }

  nack(channel = 0): void {
    const fields = { deliveryTag: ++this.tag, multiple: false, requeue: true };
    this.connection.sendMethod(this.numbers[channel]!, BASIC_NACK, fields);
  }

  publish(channel: number, size: number): void {
    const fields = { exchange: 'amq.topic', routingKey: `key.${++this.tag}`, mandatory: true };
    const content = Buffer.alloc(size, this.tag);
    const properties = { messageId: String(this.tag) };
    this.connection.sendMessage(
      this.numbers[channel]!,
      BASIC_PUBLISH,
      fields,
      BASIC_PROPERTIES,
      properties,
      content,
    );
  }

  /** Has the socket send until nothing is left. */
  async finish(): Promise<void> {
    const { channels: all, stream } = this.connection;
    const isLeft = (): boolean =>
      stream.writableLength > 0 ||
      this.numbers.some((number) => {
        const { readableLength, writableLength } = all[number]!.buffer;
        return readableLength + writableLength > 0;
      });
    while (isLeft()) {
      this.socket.send();
      await turn();
    }
  }

  /** The bytes that were written for each channel, in their order. */
  get written(): string[] {
    const frames = framesOf(Buffer.concat(this.socket.written));
    return this.numbers.map((number) =>
      Buffer.concat(frames.filter((frame) => frame.readUInt16BE(1) === number)).toString('hex'),
    );
  }

  /** The types of what was written, as methods or as frames that have none. */
  get kinds(): string[] {
    return framesOf(Buffer.concat(this.socket.written)).map((frame) => {
      if (frame[0] !== 1) return frame[0] === BODY ? 'body' : 'header';
      const names: Record<number, string> = {
        [BASIC_ACK]: 'ack',
        [BASIC_NACK]: 'nack',
        [BASIC_PUBLISH]: 'publish',
      };
      return names[frame.readUInt32BE(7)]!;
    });
  }
}

function framesOf(bytes: Buffer): Buffer[] {
  const frames: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += frames.at(-1)!.length) {
    frames.push(bytes.subarray(at, at + FRAME_OVERHEAD + bytes.readUInt32BE(at + 3)));
  }
  return frames;
}

describe('channels that write to the socket', () => {
  let talk: Talk;

  beforeEach(() => (talk = new Talk(true)));

  it('write the bytes that amqplib writes, each in its order, whenever the socket takes them', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (taken) => {
        const [ours, theirs] = [new Talk(true), new Talk(false)];
        for (const step of taken) {
          await ours.take(step);
          await theirs.take(step);
        }
        await ours.finish();
        await theirs.finish();
        expect(ours.written).toEqual(theirs.written);
      }),
    );
  });

  it('write at once, where amqplib waits for a turn of the event loop', () => {
    talk.ack();
    expect(talk.kinds).toEqual(['ack']);

    const theirs = new Talk(false);
    theirs.ack();
    expect(theirs.kinds).toEqual([]);
  });

  it('write a message at once', () => {
    talk.publish(0, 0);
    expect(talk.kinds).toEqual(['publish', 'header']);
  });

  it('let frames wait in their channels when the socket has enough, so that channels take turns', async () => {
    talk.publish(0, LARGE);
    expect(talk.socket.writableNeedDrain).toBe(true);
    talk.ack(1);
    await talk.finish();

    const { kinds } = talk;
    expect(kinds.filter((kind) => kind === 'body')).toHaveLength(FRAMES_OF_LARGE);
    expect(kinds.indexOf('ack')).toBeLessThan(kinds.lastIndexOf('body'));
  });

  it('do not overtake what waits when the socket takes more again', async () => {
    for (let i = 0; i < 8; i++) talk.nack();
    while (!talk.connection.muxer.blocked) await turn();
    talk.ack();
    await talk.finish();

    expect(talk.kinds).toEqual([...Array<string>(8).fill('nack'), 'ack']);
  });

  it('leave the number of a closed channel to nobody until what it has written is sent', async () => {
    const [number] = talk.numbers;
    const { connection } = talk;
    const open = (): number => connection.freshChannel({ onBufferDrain: () => undefined });
    talk.publish(0, LARGE);
    connection.releaseChannel(number!);
    const other = open();
    expect(other).not.toBe(number);
    connection.releaseChannel(other);
    expect(open()).toBe(other);

    while (!talk.kinds.includes('body') || talk.socket.writableLength > 0) {
      talk.socket.send();
      await turn();
    }
    expect(talk.kinds.filter((kind) => kind === 'body')).toHaveLength(FRAMES_OF_LARGE);
    expect(open()).toBe(number);
  });

  it('of a channel that is gone fail as amqplib has them fail', () => {
    talk.connection.releaseChannel(talk.numbers[0]!);
    expect(() => talk.ack(0)).toThrow(TypeError);
    talk.ack(1);
    expect(talk.kinds).toEqual(['ack']);
  });

  it('are left to amqplib where a connection is of another shape', () => {
    const { stream, frameMax, channels: all, freshChannel, releaseChannel, freeChannels } = talk.connection;
    const shape = { stream, frameMax, channels: all, freshChannel, releaseChannel, freeChannels };
    expect(isChannelWriter(shape)).toBe(true);
    for (const name of Object.keys(shape)) {
      expect(isChannelWriter({ ...shape, [name]: undefined })).toBe(false);
    }
    expect(isChannelWriter({ ...shape, channels: [{ channel: {} }] })).toBe(false);
    expect(isChannelWriter({})).toBe(false);
  });
});
