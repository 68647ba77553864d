import type { Duplex } from 'node:stream';
import type { ChannelModel } from 'amqplib';

/** Fields and a method of amqplib's connection that its types leave out. CONTRIBUTING.md lists them with their tests. */
interface ConnectionInternals {
  readonly stream: Duplex;
  /** In seconds, as negotiated; 0: none. */
  readonly heartbeat: number;
  /** The largest frame in bytes, as negotiated. */
  readonly frameMax: number;
}

/** The part of amqplib's connection that receives frames. */
export interface FrameReceiver {
  /** Bytes that have been received and not read: they begin with a frame. */
  rest: Buffer;
  /** In bytes; 0: no limit. */
  readonly maxFrameSize: number;
  /** Reads the next frame; false when it has not been received as a whole. */
  recvFrame(): object | false;
}

/** The socket of a connection; undefined where amqplib keeps it elsewhere. */
export function socketOf(model: ChannelModel): Duplex | undefined {
  return internalsOf(model).stream;
}

/** The interval between heartbeats in seconds, as negotiated; 0: no heartbeats. */
export function heartbeatOf(model: ChannelModel): number {
  return internalsOf(model).heartbeat ?? 0;
}

/** The largest frame that both sides accept, in bytes, as negotiated; Infinity where amqplib keeps it elsewhere. */
export function frameMaxOf(model: ChannelModel): number {
  return internalsOf(model).frameMax ?? Infinity;
}

/** Whether a connection can be given another `recvFrame`. */
export function isFrameReceiver(connection: object): connection is FrameReceiver {
  const { recvFrame, rest, maxFrameSize } = connection as Partial<FrameReceiver>;
  return typeof recvFrame === 'function' && Buffer.isBuffer(rest) && typeof maxFrameSize === 'number';
}

function internalsOf({ connection }: ChannelModel): Partial<ConnectionInternals> {
  return connection as Partial<ConnectionInternals>;
}
