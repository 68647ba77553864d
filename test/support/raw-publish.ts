import type { Channel } from 'amqplib';
import { amqplibInternals } from './amqplib-internals.js';

const BASIC_PUBLISH = 0x3c_0028;
const BASIC = 60;
const HEADER_FRAME = 2;
const FRAME_END = 0xce;
/** Content encoding, headers, message id. */
const FLAGS = 0x4000 | 0x2000 | 0x0080;

interface Codec {
  encodeMethod(id: number, channel: number, fields: object): Buffer;
  makeBodyFrame(channel: number, content: Buffer): Buffer;
}

const { encodeMethod, makeBodyFrame } = amqplibInternals<Codec>('defs', 'frame');

/** Sends a message to a queue with headers that amqplib would not write, given as the fields of their table. */
export function publishRaw(channel: Channel, queue: string, fields: Buffer, content: string): void {
  const { ch, connection } = channel as unknown as {
    ch: number;
    connection: { stream: { write(bytes: Buffer): void } };
  };
  const body = Buffer.from(content);
  const fixed = Buffer.alloc(14);
  fixed.writeUInt16BE(BASIC, 0);
  fixed.writeBigUInt64BE(BigInt(body.length), 4);
  fixed.writeUInt16BE(FLAGS, 12);
  const payload = Buffer.concat([fixed, shortText('utf-8'), long(fields), shortText('raw')]);
  const start = Buffer.alloc(7);
  start.writeUInt8(HEADER_FRAME, 0);
  start.writeUInt16BE(ch, 1);
  start.writeUInt32BE(payload.length, 3);
  const publish = encodeMethod(BASIC_PUBLISH, ch, { exchange: '', routingKey: queue, ticket: 0 });
  connection.stream.write(
    Buffer.concat([publish, start, payload, Buffer.from([FRAME_END]), makeBodyFrame(ch, body)]),
  );
}

/** A header with a text, as a field of a table. */
export function textField(name: string, text: string): Buffer {
  return Buffer.concat([shortText(name), Buffer.from('S'), long(Buffer.from(text))]);
}

/** A header with nested tables, this many levels deep. */
export function nestedField(name: string, depth: number): Buffer {
  // Each level is the name 'n', the type of a table, and its length.
  const levelSize = 7;
  const levels = Buffer.alloc(depth * levelSize);
  for (let level = 0; level < depth; level++) {
    const at = level * levelSize;
    levels.write('\u0001nF', at);
    levels.writeUInt32BE((depth - level - 1) * levelSize, at + 3);
  }
  return Buffer.concat([shortText(name), Buffer.from('F'), long(levels)]);
}

function shortText(text: string): Buffer {
  return Buffer.concat([Buffer.from([Buffer.byteLength(text)]), Buffer.from(text)]);
}

function long(bytes: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(bytes.length);
  return Buffer.concat([size, bytes]);
}
