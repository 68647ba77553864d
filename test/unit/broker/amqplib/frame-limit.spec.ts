import { describe, expect, it } from 'vitest';
import { assertFitsFrame } from '../../../../lib/broker/amqplib/frame-limit.js';

describe('the frame limit of a connection', () => {
  const headers = (bytes: number) => ({ headers: { text: 'x'.repeat(bytes) } });

  it('allows properties that just fit, and refuses larger properties with both sizes', () => {
    // Frame 22, headers 4 + 1 + 4 + 1 + 4.
    expect(() => assertFitsFrame(headers(8192 - 36), 8192)).not.toThrow();
    expect(() => assertFitsFrame(headers(8192 - 35), 8192)).toThrow(RangeError);
    expect(() => assertFitsFrame(headers(8192 - 35), 8192)).toThrow(
      /a frame of 8193 bytes.* the connection allows 8192 \(frame_max\)/,
    );
  });

  it('counts every property', () => {
    const properties = {
      deliveryMode: 2,
      priority: 1,
      timestamp: 1,
      messageId: 'ä',
      expiration: 10,
      mandatory: true,
    };
    // Frame 22, numbers 1 + 1 + 8, texts 1 + 2 and 1 + 2. `mandatory` is not a property.
    expect(() => assertFitsFrame(properties, 38)).not.toThrow();
    expect(() => assertFitsFrame(properties, 37)).toThrow(/38 bytes/);
    expect(() => assertFitsFrame({}, 22)).not.toThrow();
    expect(() => assertFitsFrame({}, 21)).toThrow(/22 bytes/);
  });

  it('is not checked when everything that amqplib writes fits', () => {
    expect(() => assertFitsFrame(headers(200_000), 64 * 1024 + 22)).not.toThrow();
    expect(() => assertFitsFrame(headers(200_000), 64 * 1024 + 21)).toThrow(RangeError);
  });
});
