import type { Duplex } from 'node:stream';

/** amqplib's connection, as far as it sends methods; not in its types. */
export interface MethodSender {
  readonly stream: Duplex;
  /** What waits to be written to the stream. */
  readonly channels: readonly ({ readonly buffer: Duplex } | null | undefined)[];
  /** For heartbeats: whether something was sent. */
  sentSinceLastCheck: boolean;
  sendMethod(channel: number, method: number, fields: object): boolean;
}

const BASIC_ACK = 0x3c_0050;
const ACK_SIZE = 21;
const FRAME_END = 206;

/**
 * Has a connection write acknowledgements to its socket, where amqplib has each wait in a buffer of its channel for the
 * next turn of the event loop, and the broker with it. One that would overtake something that waits there
 * is left to amqplib.
 */
export function writeAcknowledgements(connection: MethodSender): void {
  const send = connection.sendMethod.bind(connection);
  connection.sendMethod = (channel, method, fields) => {
    if (method !== BASIC_ACK || isWaiting(connection, channel)) return send(channel, method, fields);
    connection.sentSinceLastCheck = true;
    return connection.stream.write(ackFrame(channel, fields as AckFields));
  };
}

/** Whether amqplib's connection has what is needed. */
export function isMethodSender(connection: object): connection is MethodSender {
  const { stream, channels, sendMethod } = connection as Partial<MethodSender>;
  return typeof stream?.write === 'function' && Array.isArray(channels) && typeof sendMethod === 'function';
}

function isWaiting({ channels, stream }: MethodSender, channel: number): boolean {
  const buffer = channels[channel]?.buffer;
  return !buffer || !stream.writable || buffer.readableLength > 0 || buffer.writableLength > 0;
}

interface AckFields {
  readonly deliveryTag: number;
  readonly multiple?: boolean;
}

/** @see https://www.rabbitmq.com/amqp-0-9-1-reference#basic.ack */
function ackFrame(channel: number, { deliveryTag, multiple = false }: AckFields): Buffer {
  const frame = Buffer.allocUnsafe(ACK_SIZE);
  frame[0] = 1;
  frame.writeUInt16BE(channel, 1);
  frame.writeUInt32BE(ACK_SIZE - 8, 3);
  frame.writeUInt32BE(BASIC_ACK, 7);
  frame.writeBigUInt64BE(BigInt(deliveryTag), 11);
  frame[19] = multiple ? 1 : 0;
  frame[20] = FRAME_END;
  return frame;
}
