import type { FrameReceiver } from './internals.js';

/** The type of a frame with a content header. */
const HEADER = 2;
/** The bytes of a frame before its payload: type, channel, size. */
const FRAME_HEADER = 7;
const FRAME_END = 206;
/** The AMQP class of messages. */
const BASIC = 60;
/** The bytes of a content header before its properties: class, weight, size of the body, flags. */
const FIXED_HEADER_BYTES = 14;
const UNREADABLE = Symbol('unreadable headers');

/** The first properties of a message, in the order of a frame. Later properties are not read here. */
const PROPERTIES = [
  ['contentType', 0x8000, 'text'],
  ['contentEncoding', 0x4000, 'text'],
  ['headers', 0x2000, 'table'],
  ['deliveryMode', 0x1000, 'byte'],
  ['priority', 0x0800, 'byte'],
  ['correlationId', 0x0400, 'text'],
  ['replyTo', 0x0200, 'text'],
  ['expiration', 0x0100, 'text'],
  ['messageId', 0x0080, 'text'],
] as const;

/**
 * Makes a connection survive a message whose headers amqplib can't read, such as tables that are nested thousands of
 * levels deep. The message comes without headers, and {@link unreadableHeadersOf} says why. Otherwise the connection
 * would be lost, come back, get the same message, and be lost again.
 */
export function surviveUnreadableHeaders(connection: FrameReceiver): void {
  const receive = connection.recvFrame.bind(connection);
  connection.recvFrame = () => {
    const { rest } = connection;
    try {
      return receive();
    } catch (error) {
      const end = endOfHeaderFrame(rest, connection.maxFrameSize);
      const frame = end === undefined ? undefined : withoutHeaders(rest.subarray(0, end), error);
      if (!frame) throw error;
      connection.rest = rest.subarray(end);
      return frame;
    }
  };
}

/** Why the headers of a message could not be read; undefined if they could. */
export function unreadableHeadersOf(properties: object): unknown {
  return (properties as { [UNREADABLE]?: unknown })[UNREADABLE];
}

/** The end of the first frame; undefined unless the frame has come as a whole and begins a message. */
function endOfHeaderFrame(bytes: Buffer, maxFrameSize: number): number | undefined {
  if (bytes.length < FRAME_HEADER + FIXED_HEADER_BYTES || bytes[0] !== HEADER) return undefined;
  const size = bytes.readUInt32BE(3);
  const end = FRAME_HEADER + size + 1;
  const isWhole = bytes[end - 1] === FRAME_END && !(maxFrameSize > 0 && size > maxFrameSize);
  return isWhole && bytes.readUInt16BE(FRAME_HEADER) === BASIC ? end : undefined;
}

function withoutHeaders(frame: Buffer, error: unknown): object | undefined {
  const flags = frame.readUInt16BE(FRAME_HEADER + 12);
  const fields: Record<string | symbol, unknown> = { [UNREADABLE]: error };
  let at = FRAME_HEADER + FIXED_HEADER_BYTES;
  try {
    for (const [name, flag, type] of PROPERTIES) {
      if ((flags & flag) === 0) continue;
      const length =
        type === 'byte' ? 1 : type === 'text' ? 1 + frame.readUInt8(at) : 4 + frame.readUInt32BE(at);
      if (type === 'byte') fields[name] = frame.readUInt8(at);
      if (type === 'text') fields[name] = frame.toString('utf8', at + 1, at + length);
      at += length;
      if (at >= frame.length) return undefined;
    }
  } catch {
    // The rest of the frame is broken, too.
    return undefined;
  }
  return {
    id: BASIC,
    channel: frame.readUInt16BE(1),
    size: Number(frame.readBigInt64BE(FRAME_HEADER + 4)),
    fields,
  };
}
