import type { Duplex } from 'node:stream';
// Imported, so that the real one is called also where a test's fake timers have replaced the global one.
import { setImmediate } from 'node:timers';

const METHOD_FRAME = 1;
const FRAME_OVERHEAD = 8;
/** The class and the method of `basic.publish`. */
const BASIC = 60;
const PUBLISH = 40;

/** What amqplib's connection has for one of its channels. */
interface OpenChannel {
  readonly channel: { onBufferDrain(): void };
  readonly buffer: Duplex;
}

/** amqplib's connection, as far as its channels write to its socket; not in its types. */
export interface ChannelWriter {
  readonly stream: Duplex;
  /** The largest frame that the broker takes, in bytes. */
  readonly frameMax: number;
  /** By number, with the frames that wait to be written to the stream. */
  readonly channels: readonly (OpenChannel | null | undefined)[];
  /** @returns the number of the new channel */
  freshChannel(channel: object, options?: object): number;
  releaseChannel(number: number): void;
  /** The numbers that are taken. */
  readonly freeChannels: { set(number: number): void; clear(number: number): void };
}

/**
 * Has the channels of a connection write to its socket, where amqplib has each frame wait in a buffer of its channel for
 * the next turn of the event loop, and the broker with it. When the socket has enough for now, frames wait there
 * still, so that channels take turns; and no frame overtakes one that waits in the same buffer. What a channel's `publish`
 * returns, and its event `drain`, tell of the socket then, not only of that buffer.
 *
 * A message whose properties need a larger frame than the broker takes is not written: it would close the connection.
 */
export function writeDirectly(connection: ChannelWriter): void {
  const full = new FullChannels(connection.stream);
  const freshChannel = connection.freshChannel.bind(connection);
  connection.freshChannel = (channel, options) => {
    const number = freshChannel(channel, options);
    new FrameWriter(connection, connection.channels[number]!, full).replaceWrite();
    return number;
  };
  keepNumbers(connection);
}

/** Whether amqplib's connection has what is needed. */
export function isChannelWriter(connection: object): connection is ChannelWriter {
  const { stream, frameMax, channels, freshChannel, releaseChannel, freeChannels } =
    connection as Partial<ChannelWriter>;
  return (
    typeof stream?.write === 'function' &&
    typeof frameMax === 'number' &&
    typeof channels?.[0]?.buffer?.write === 'function' &&
    typeof freshChannel === 'function' &&
    typeof releaseChannel === 'function' &&
    typeof freeChannels?.set === 'function'
  );
}

/**
 * Gives the number of a closed channel to no other until what waited in its buffer has been written: amqplib would
 * write the first frames of the new channel before the last ones of the old, an error for which RabbitMQ closes the connection.
 */
function keepNumbers(connection: ChannelWriter): void {
  const { channels, freeChannels } = connection;
  const release = connection.releaseChannel.bind(connection);
  connection.releaseChannel = (number) => {
    const { buffer } = channels[number]!;
    release(number);
    if (!isHolding(buffer)) return;
    freeChannels.set(number);
    buffer.once('end', () => freeChannels.clear(number));
  };
}

/** Writes the frames of one channel. */
class FrameWriter {
  private readonly wait: (frame: Buffer) => boolean;
  /** The first frame of a message whose properties are about to come. */
  private begun: Buffer | undefined;

  constructor(
    private readonly connection: ChannelWriter,
    private readonly channel: OpenChannel,
    private readonly full: FullChannels,
  ) {
    this.wait = channel.buffer.write.bind(channel.buffer);
  }

  replaceWrite(): void {
    this.channel.buffer.write = (frame: Buffer) => this.write(frame);
  }

  /** @returns whether the socket takes more */
  private write(frame: Buffer): boolean {
    if (this.begun) this.begin(this.begun, frame);
    else if (isPublishAlone(frame)) {
      this.begun = frame;
      return true;
    }
    return this.put(frame);
  }

  /** @throws RangeError when the broker would close the connection for the frame of the properties */
  private begin(begun: Buffer, properties: Buffer): void {
    const { frameMax } = this.connection;
    this.begun = undefined;
    if (properties.length > frameMax) {
      throw new RangeError(
        `the properties take a frame of ${properties.length} bytes, and frames of the connection have at most ${frameMax} (frame_max)`,
      );
    }
    this.put(begun);
  }

  private put(frame: Buffer): boolean {
    const { stream } = this.connection;
    if (stream.writableNeedDrain || isHolding(this.channel.buffer)) this.wait(frame);
    else if (stream.write(frame)) return true;
    this.full.add(this.channel);
    return false;
  }
}

/** Tells channels that the socket takes more. */
class FullChannels {
  private readonly channels = new Set<OpenChannel>();

  constructor(private readonly stream: Duplex) {
    // After amqplib, which writes first what waits in the buffers.
    stream.on('drain', () => this.tell());
  }

  add(channel: OpenChannel): void {
    this.channels.add(channel);
  }

  private tell(): void {
    for (const open of this.channels) {
      // Until the next time.
      if (this.stream.writableNeedDrain) return;
      if (isHolding(open.buffer)) continue;
      this.channels.delete(open);
      open.channel.onBufferDrain();
    }
    // amqplib writes in another turn of the event loop what has just come into a buffer.
    if (this.channels.size > 0 && !this.stream.destroyed) setImmediate(() => this.tell());
  }
}

/** Whether the frame is the first of a message, and its properties come in another write: amqplib does so with large ones. */
function isPublishAlone(frame: Buffer): boolean {
  return (
    frame[0] === METHOD_FRAME &&
    frame[8] === BASIC &&
    frame[10] === PUBLISH &&
    frame.length === FRAME_OVERHEAD + frame.readUInt32BE(3)
  );
}

function isHolding({ readableLength, writableLength }: Duplex): boolean {
  return readableLength + writableLength > 0;
}
