import { ShortTexts } from './short-texts.js';

/** What amqplib makes of a frame; undefined is what a fast reader leaves to it. */
type Frame = object | undefined;
type Table = Record<string, unknown>;

/** amqplib's connection, as far as it takes frames from its socket; not in its types. */
export interface FrameReceiver {
  /** What has come and is not read yet: it begins with a frame. */
  rest: Buffer;
  readonly maxFrameSize: number;
  /** The next frame; false when it has not come as a whole. */
  recvFrame(): object | false;
}

const METHOD = 1;
const HEADER = 2;
const BODY = 3;
const FRAME_HEADER = 7;
const FRAME_END = 206;
const BASIC = 60;
const DELIVER = 60;
const BASIC_DELIVER = (BASIC << 16) + DELIVER;
/** Of a content header: class, weight, size of the body, flags. */
const FIXED_PROPERTIES = 14;

/** @see https://www.rabbitmq.com/resources/specs/amqp0-9-1.pdf section 4.2 */
const Flag = {
  CONTENT_TYPE: 0x8000,
  CONTENT_ENCODING: 0x4000,
  HEADERS: 0x2000,
  DELIVERY_MODE: 0x1000,
  PRIORITY: 0x0800,
  MESSAGE_ID: 0x0080,
} as const;
const READ_FLAGS =
  Flag.CONTENT_TYPE |
  Flag.CONTENT_ENCODING |
  Flag.HEADERS |
  Flag.DELIVERY_MODE |
  Flag.PRIORITY |
  Flag.MESSAGE_ID;

const TWO_TO_32 = 0x1_0000_0000;

/**
 * Has a connection read the frames of deliveries quicker than amqplib does, which makes
 * the names of headers anew for each message: here those that have come before are found again. The result is the same. A frame
 * that has something rare in it, or something wrong, is left to amqplib.
 */
export function readDeliveries(connection: FrameReceiver): void {
  const receive = connection.recvFrame.bind(connection);
  const reader = new DeliveryFrames();
  connection.recvFrame = () => {
    const { rest } = connection;
    const frame = reader.read(rest, connection.maxFrameSize);
    if (!frame) return receive();
    connection.rest = rest.subarray(reader.end);
    return frame;
  };
}

/** Whether amqplib's connection has what is needed. */
export function isFrameReceiver(connection: object): connection is FrameReceiver {
  const { recvFrame, rest, maxFrameSize } = connection as Partial<FrameReceiver>;
  return typeof recvFrame === 'function' && Buffer.isBuffer(rest) && typeof maxFrameSize === 'number';
}

class DeliveryFrames {
  /** Where the frame that was read ends. */
  end = 0;
  private bytes: Buffer = Buffer.alloc(0);
  private at = 0;
  /** Where the payload ends. */
  private limit = 0;
  /** What was read is something else than it seemed. */
  private isOff = false;
  private readonly texts = new ShortTexts();

  read(bytes: Buffer, maxFrameSize: number): Frame {
    if (bytes.length <= FRAME_HEADER) return undefined;
    this.bytes = bytes;
    this.at = 3;
    const size = this.uint32();
    this.limit = FRAME_HEADER + size;
    this.end = this.limit + 1;
    if (bytes.length < this.end || bytes[this.limit] !== FRAME_END) return undefined;
    if (maxFrameSize > 0 && size > maxFrameSize) return undefined;
    const channel = (bytes[1]! << 8) | bytes[2]!;
    this.isOff = false;
    const frame = this.frame(bytes[0]!, channel);
    return this.isOff ? undefined : frame;
  }

  private frame(type: number, channel: number): Frame {
    switch (type) {
      case METHOD:
        return this.deliver(channel);
      case HEADER:
        return this.header(channel);
      case BODY:
        return { channel, content: this.bytes.subarray(FRAME_HEADER, this.limit) };
      default:
        return undefined;
    }
  }

  private deliver(channel: number): Frame {
    if (this.uint32() !== BASIC_DELIVER) return undefined;
    const fields = {
      consumerTag: this.shortText(),
      deliveryTag: this.uint64(),
      redelivered: (this.byte() & 1) === 1,
      exchange: this.shortText(),
      routingKey: this.shortText(),
    };
    return this.isWhole() ? { id: BASIC_DELIVER, channel, fields } : undefined;
  }

  private header(channel: number): Frame {
    const { bytes } = this;
    if (this.limit < FRAME_HEADER + FIXED_PROPERTIES || ((bytes[7]! << 8) | bytes[8]!) !== BASIC) {
      return undefined;
    }
    this.at = FRAME_HEADER + 4;
    const size = this.int64();
    const fields = this.properties((this.byte() << 8) | this.byte());
    return fields && this.isWhole() ? { id: BASIC, channel, size, fields } : undefined;
  }

  private properties(flags: number): object | undefined {
    if (flags === 0 || (flags & ~READ_FLAGS) !== 0) return undefined;
    return {
      contentType: flags & Flag.CONTENT_TYPE ? this.shortText() : undefined,
      contentEncoding: flags & Flag.CONTENT_ENCODING ? this.shortText() : undefined,
      headers: flags & Flag.HEADERS ? this.table() : undefined,
      deliveryMode: flags & Flag.DELIVERY_MODE ? this.byte() : undefined,
      priority: flags & Flag.PRIORITY ? this.byte() : undefined,
      correlationId: undefined,
      replyTo: undefined,
      expiration: undefined,
      messageId: flags & Flag.MESSAGE_ID ? this.text(this.byte()) : undefined,
      timestamp: undefined,
      type: undefined,
      userId: undefined,
      appId: undefined,
      clusterId: undefined,
    };
  }

  private table(): Table {
    const table: Table = {};
    const end = this.uint32() + this.at;
    if (end > this.limit) this.isOff = true;
    while (this.at < end && !this.isOff) {
      const name = this.shortText();
      table[name] = this.value();
    }
    if (this.at !== end) this.isOff = true;
    return table;
  }

  private value(): unknown {
    switch (this.byte()) {
      case 0x53: // S, a long string
        return this.longText();
      case 0x74: // t, a boolean
        return this.byte() !== 0;
      case 0x62: // b, of 8 bits
        return (this.byte() << 24) >> 24;
      case 0x73: // s, of 16 bits
        return (((this.byte() << 8) | this.byte()) << 16) >> 16;
      case 0x49: // I, of 32 bits
        return this.uint32() | 0;
      case 0x6c: // l, of 64 bits
        return this.int64();
      case 0x56: // V, nothing
        return null;
      default:
        this.isOff = true;
        return undefined;
    }
  }

  /** What is much the same in every message. */
  private shortText(): string {
    const length = this.byte();
    const start = this.at;
    this.at += length;
    return this.texts.read(this.bytes, start, this.at);
  }

  private longText(): string {
    const length = this.uint32();
    const start = this.at;
    if (length > this.limit - start) {
      this.isOff = true;
      return '';
    }
    this.at += length;
    return this.texts.read(this.bytes, start, this.at);
  }

  private text(length: number): string {
    const start = this.at;
    this.at += length;
    return this.bytes.toString('utf8', start, this.at);
  }

  /** Past the end of the frame, what is read is nonsense, and {@link isWhole} says so. */
  private byte(): number {
    return this.bytes[this.at++]!;
  }

  private uint32(): number {
    const { bytes, at } = this;
    this.at = at + 4;
    return bytes[at]! * 0x100_0000 + ((bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!);
  }

  private uint64(): number {
    const high = this.uint32();
    return high * TWO_TO_32 + this.uint32();
  }

  private int64(): number {
    const high = this.uint32() | 0;
    return high * TWO_TO_32 + this.uint32();
  }

  /** Whether nothing is left, and nothing was read that is not there. */
  private isWhole(): boolean {
    return this.at === this.limit;
  }
}
