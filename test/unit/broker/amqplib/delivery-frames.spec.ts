import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import {
  type FrameReceiver,
  isFrameReceiver,
  readDeliveries,
} from '../../../../lib/broker/amqplib/delivery-frames.js';
import { amqplibInternals } from '../../../support/amqplib-internals.js';

/** What amqplib does not export: the judge of what a frame is. */
interface Amqplib {
  readonly Connection: new (stream: PassThrough) => FrameReceiver & { readonly stream: PassThrough };
  encodeMethod(id: number, channel: number, fields: object): Buffer;
  encodeProperties(id: number, channel: number, size: number, fields: object): Buffer;
  makeBodyFrame(channel: number, content: Buffer): Buffer;
  readonly HEARTBEAT_BUF: Buffer;
}

const amqplib = amqplibInternals<Amqplib>('connection', 'defs', 'frame');

const BASIC_DELIVER = 0x3c003c;
const BASIC_ACK = 0x3c0050;
const BASIC_GET_OK = 0x3c0047;
const BASIC_RETURN = 0x3c0032;
const BASIC_PROPERTIES = 60;
const MAX_FRAME = 4096;

// Thousands of messages take seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

describe('frames of deliveries', () => {
  it('are those that amqplib reads, for any message in any pieces', () => {
    fc.assert(
      fc.property(fc.array(message(), { minLength: 1, maxLength: 5 }), pieceSize(), (frames, size) => {
        expectSame(pieces(Buffer.concat(frames), size));
      }),
      { numRuns: 1000 },
    );
  });

  it('are those that amqplib reads, and fail as it does, when bytes are wrong', () => {
    const damaged = fc
      .tuple(message(), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }))
      .map(([frame, changes]) => {
        const bytes = Buffer.from(frame);
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        return bytes;
      });
    fc.assert(
      fc.property(damaged, (bytes) => expectSame([bytes])),
      { numRuns: 2000 },
    );
  });

  it('are those that amqplib reads, where texts and names come again', () => {
    const few = fc.constantFrom('a', 'priority', 'priorité', 'x'.repeat(64), 'x'.repeat(65), '\uFFFD', '');
    const again = fc
      .record({ routingKey: few, headers: fc.dictionary(few, few), contentType: few, messageId: few })
      .map(({ routingKey, headers, ...properties }) =>
        frames(1, deliverFields(routingKey), { ...properties, headers }, Buffer.from('{}')),
      );
    fc.assert(
      fc.property(fc.array(again, { minLength: 10, maxLength: 50 }), (messages) => {
        expectSame([Buffer.concat(messages)]);
      }),
    );
  });

  it.each([
    // The codes of the text, each as one byte, are these bytes.
    ['bytes that are no UTF-8', 'aéas aaa', Buffer.from('aéas aaa', 'latin1')],
    ['text in UTF-8 that was encoded twice', 'a\u00C3\u00A9sCa', Buffer.from('aésCa')],
  ])('are those that amqplib reads, where a text has the codes of others: %s', (_, text, bytes) => {
    const other = amqplib.encodeProperties(BASIC_PROPERTIES, 1, 0, { contentType: 'x'.repeat(bytes.length) });
    bytes.copy(other, other.indexOf('x'));
    expectSame([Buffer.from(amqplib.encodeProperties(BASIC_PROPERTIES, 1, 0, { contentType: text })), other]);
  });

  it.each([true, null, 'text'])('have a header called __proto__ as amqplib has it: %s', (value) => {
    // amqplib writes no header of that name.
    const frame = amqplib.encodeProperties(BASIC_PROPERTIES, 1, 0, { headers: { __prot0__: value } });
    frame.write('__proto__', frame.indexOf('__prot0__'));
    expectSame([frame]);
  });

  it.each([
    [MAX_FRAME, MAX_FRAME],
    [MAX_FRAME + 1, MAX_FRAME],
    [MAX_FRAME + 1, 0],
  ])('may be as large as amqplib lets them be: %i bytes, and at most %i', (size, max) => {
    expectSame([amqplib.makeBodyFrame(1, Buffer.alloc(size))], max);
  });

  it('are read without amqplib', () => {
    const connection = new amqplib.Connection(new PassThrough());
    const receive = vi.spyOn(connection, 'recvFrame');
    readDeliveries(connection);
    connection.rest = frames(
      1,
      deliverFields('key'),
      { headers: { a: true }, messageId: 'id' },
      Buffer.of(1),
    );

    const read = [1, 2, 3].map(() => connection.recvFrame());

    expect(read.map((frame) => Object.keys(frame))).toEqual([
      ['id', 'channel', 'fields'],
      ['id', 'channel', 'size', 'fields'],
      ['channel', 'content'],
    ]);
    expect(receive).not.toHaveBeenCalled();
  });

  it('share the bytes of the body with what came from the socket', () => {
    const connection = connections()[0]!;
    connection.rest = amqplib.makeBodyFrame(1, Buffer.from('content'));
    const { buffer } = connection.rest;

    const { content } = connection.recvFrame() as { content: Buffer };

    expect(content.toString()).toBe('content');
    expect(content.buffer).toBe(buffer);
  });

  it('are not read where a connection is of another shape', () => {
    const { recvFrame, rest, maxFrameSize } = new amqplib.Connection(new PassThrough());
    expect(isFrameReceiver({ recvFrame, rest, maxFrameSize })).toBe(true);
    expect(isFrameReceiver({ rest, maxFrameSize })).toBe(false);
    expect(isFrameReceiver({ recvFrame, maxFrameSize })).toBe(false);
    expect(isFrameReceiver({ recvFrame, rest })).toBe(false);
    expect(isFrameReceiver({})).toBe(false);
  });
});

/** One that reads deliveries by itself, and one as amqplib makes it. */
function connections(maxFrameSize = MAX_FRAME): InstanceType<Amqplib['Connection']>[] {
  return [true, false].map((isOurs) => {
    const connection = new amqplib.Connection(new PassThrough());
    (connection as { maxFrameSize: number }).maxFrameSize = maxFrameSize;
    if (isOurs) readDeliveries(connection);
    return connection;
  });
}

function expectSame(chunks: readonly Buffer[], maxFrameSize?: number): void {
  const [ours, theirs] = connections(maxFrameSize).map((connection) => allFrames(connection, chunks));
  expect(ours).toStrictEqual(theirs);
}

/** What a connection reads of these bytes, and how it fails. */
function allFrames(connection: InstanceType<Amqplib['Connection']>, chunks: readonly Buffer[]): unknown[] {
  const read: unknown[] = [];
  try {
    for (const chunk of chunks) {
      connection.stream.write(chunk);
      for (let frame = connection.recvFrame(); frame; frame = connection.recvFrame()) read.push(frame);
    }
  } catch (error) {
    read.push(String(error));
  }
  return [...read, connection.rest];
}

function pieces(bytes: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
    bytes.subarray(i * size, (i + 1) * size),
  );
}

const pieceSize = (): fc.Arbitrary<number> =>
  fc.oneof(fc.constant(100_000), fc.integer({ min: 1, max: 200 }));

/** The frames of a delivery, now and then with others before them. */
function message(): fc.Arbitrary<Buffer> {
  return fc
    .tuple(
      fc.integer({ min: 1, max: 2000 }),
      deliver(),
      properties(),
      fc.uint8Array({ maxLength: 300 }),
      other(),
    )
    .map(([channel, fields, header, content, before]) =>
      Buffer.concat([before, frames(channel, fields, header, Buffer.from(content))]),
    );
}

/** Nothing, or what a connection receives next to deliveries. */
function other(): fc.Arbitrary<Buffer> {
  const key = { exchange: 'amq.topic', routingKey: 'key' };
  const returned = { replyCode: 312, replyText: 'NO_ROUTE', ...key };
  const got = { deliveryTag: 1, redelivered: true, messageCount: 0, ...key };
  return fc.constantFrom(
    Buffer.alloc(0),
    amqplib.HEARTBEAT_BUF,
    Buffer.from(amqplib.encodeMethod(BASIC_ACK, 1, { deliveryTag: 7, multiple: true })),
    Buffer.from(amqplib.encodeMethod(BASIC_GET_OK, 1, got)),
    Buffer.from(amqplib.encodeMethod(BASIC_RETURN, 1, returned)),
  );
}

function frames(channel: number, fields: object, header: object, content: Buffer): Buffer {
  return Buffer.concat([
    // amqplib writes each into a buffer that it uses again.
    Buffer.from(amqplib.encodeMethod(BASIC_DELIVER, channel, fields)),
    Buffer.from(amqplib.encodeProperties(BASIC_PROPERTIES, channel, content.length, header)),
    amqplib.makeBodyFrame(channel, content),
  ]);
}

function deliverFields(routingKey: string): Record<string, unknown> {
  return { consumerTag: 'ctag', deliveryTag: 1, redelivered: false, exchange: 'amq.topic', routingKey };
}

const shortText = (): fc.Arbitrary<string> => fc.string({ unit: 'grapheme', maxLength: 20 });
const byte = (): fc.Arbitrary<number> => fc.nat(255);

function deliver(): fc.Arbitrary<object> {
  return fc.record({
    consumerTag: shortText(),
    deliveryTag: fc.bigInt({ min: 0n, max: 2n ** 63n }).map(Number),
    redelivered: fc.boolean(),
    exchange: shortText(),
    routingKey: shortText(),
  });
}

function properties(): fc.Arbitrary<object> {
  const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
    fc.option(value, { nil: undefined, freq: 2 });
  const rare = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
    fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });
  return fc.record({
    contentType: optional(shortText()),
    contentEncoding: optional(shortText()),
    headers: optional(fc.dictionary(shortText(), headerValue(), { maxKeys: 8 })),
    deliveryMode: optional(byte()),
    priority: optional(byte()),
    messageId: optional(shortText()),
    correlationId: rare(shortText()),
    replyTo: rare(shortText()),
    expiration: rare(shortText()),
    timestamp: rare(fc.nat()),
    type: rare(shortText()),
    userId: rare(shortText()),
    appId: rare(shortText()),
    clusterId: rare(shortText()),
  });
}

function headerValue(): fc.Arbitrary<unknown> {
  const ofType = (type: string, value: fc.Arbitrary<unknown>): fc.Arbitrary<object> =>
    value.map((each) => ({ '!': type, value: each }));
  return fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 80 }),
    fc.boolean(),
    fc.constant(null),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, min: -1e15, max: 1e15 }),
    ofType('int8', fc.integer({ min: -128, max: 127 })),
    ofType('uint8', byte()),
    ofType('int16', fc.integer({ min: -32_768, max: 32_767 })),
    ofType('uint16', fc.nat(65_535)),
    ofType('int32', fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })),
    ofType('uint32', fc.nat(2 ** 32 - 1)),
    ofType('int64', fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
    ofType('timestamp', fc.nat()),
    ofType('float', fc.float({ noNaN: true })),
    fc.array(fc.string(), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'ç'), fc.boolean()),
    fc.uint8Array({ maxLength: 5 }).map((bytes) => Buffer.from(bytes)),
  );
}
