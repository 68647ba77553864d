import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { FrameReceiver } from '../../../../lib/broker/amqplib/internals.js';
import {
  surviveUnreadableHeaders,
  unreadableHeadersOf,
} from '../../../../lib/broker/amqplib/unreadable-headers.js';
import { amqplibInternals } from '../../../support/amqplib-internals.js';

interface Amqplib {
  readonly Connection: new (stream: PassThrough) => FrameReceiver;
  encodeProperties(id: number, channel: number, size: number, fields: object): Buffer;
  makeBodyFrame(channel: number, content: Buffer): Buffer;
}

interface HeaderFrame {
  readonly channel: number;
  readonly size: number;
  readonly fields: Record<string, unknown>;
}

const amqplib = amqplibInternals<Amqplib>('connection', 'defs', 'frame');
const PROPERTIES = {
  contentType: 'application/json',
  contentEncoding: 'utf-8',
  headers: { a: 'text' },
  deliveryMode: 2,
  priority: 3,
  correlationId: 'correlation',
  replyTo: 'reply',
  expiration: '1000',
  messageId: 'id',
};

/** A connection that has received a header frame, and a body after it. */
function received(change: (frame: Buffer) => void): FrameReceiver {
  const connection = new amqplib.Connection(new PassThrough());
  surviveUnreadableHeaders(connection);
  const frame = Buffer.from(amqplib.encodeProperties(60, 7, 5, PROPERTIES));
  change(frame);
  connection.rest = Buffer.concat([frame, amqplib.makeBodyFrame(7, Buffer.from('hello'))]);
  return connection;
}

/** Changes the type of the header to an unknown type. */
const breakHeaders = (frame: Buffer): void => void frame.write('?', frame.indexOf('text') - 5);

describe("a message whose headers can't be read", () => {
  it('arrives with its other properties, and with the reason why it has no headers', () => {
    const connection = received(breakHeaders);
    const { channel, size, fields } = connection.recvFrame() as HeaderFrame;
    const { headers: _, ...others } = PROPERTIES;
    expect({ channel, size }).toEqual({ channel: 7, size: 5 });
    expect(fields).toMatchObject(others);
    expect(fields['headers']).toBeUndefined();
    expect(String(unreadableHeadersOf(fields))).toContain('Unexpected type tag');
    expect((connection.recvFrame() as { content: Buffer }).content.toString()).toBe('hello');
  });

  it('does not hide other faults of a frame', () => {
    const connection = received((frame) => (frame[frame.length - 1] = 0));
    expect(() => connection.recvFrame()).toThrow('Invalid frame');
  });

  it('is not confused with a message whose headers can be read', () => {
    const { fields } = received(() => undefined).recvFrame() as HeaderFrame;
    expect(fields).toMatchObject(PROPERTIES);
    expect(unreadableHeadersOf(fields)).toBeUndefined();
  });
});
