import type { Duplex } from 'node:stream';

/** amqplib's connection, as far as its channels write to its socket; not in its types. */
export interface ChannelWriter {
  readonly stream: Duplex;
  /** By number, with the frames that wait to be written to the stream. */
  readonly channels: readonly ({ readonly buffer: Duplex } | null | undefined)[];
  /** @returns the number of the new channel */
  freshChannel(channel: object, options?: object): number;
  releaseChannel(number: number): void;
  /** The numbers that are taken. */
  readonly freeChannels: { set(number: number): void; clear(number: number): void };
}

/**
 * Has the channels of a connection write to its socket, where amqplib has each frame wait in a buffer of its channel for
 * the next turn of the event loop, and the broker with it. When the socket has enough for now, frames wait there
 * still, so that channels take turns; and no frame overtakes one that waits in the same buffer.
 */
export function writeDirectly(connection: ChannelWriter): void {
  const freshChannel = connection.freshChannel.bind(connection);
  connection.freshChannel = (channel, options) => {
    const number = freshChannel(channel, options);
    writeTo(connection.stream, connection.channels[number]!.buffer);
    return number;
  };
  keepNumbers(connection);
}

/** Whether amqplib's connection has what is needed. */
export function isChannelWriter(connection: object): connection is ChannelWriter {
  const { stream, channels, freshChannel, releaseChannel, freeChannels } =
    connection as Partial<ChannelWriter>;
  return (
    typeof stream?.write === 'function' &&
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

function writeTo(stream: Duplex, buffer: Duplex): void {
  const wait = buffer.write.bind(buffer) as (frame: Buffer) => boolean;
  buffer.write = (frame: Buffer) => {
    if (stream.writableNeedDrain || isHolding(buffer)) return wait(frame);
    stream.write(frame);
    return true;
  };
}

function isHolding({ readableLength, writableLength }: Duplex): boolean {
  return readableLength + writableLength > 0;
}
