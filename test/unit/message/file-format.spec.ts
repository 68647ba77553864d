import { describe, expect, it } from 'vitest';
import { dumps, loads, Message, MessageCodec, MessageRegistry } from '../../../lib/index.js';
import { captureLog } from '../../support/captured-log.js';

const LINE = '{"topic":"a.b","body":{"n":1}}\n';

describe('a line of a message file', () => {
  it('gets a new UUID of version 4 when it has no id, and keeps it', () => {
    const [first, second] = loads(LINE + LINE);
    const form = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;
    expect(first!.id).toMatch(form);
    expect(second!.id).toMatch(form);
    expect(first!.id).not.toBe(second!.id);
    expect(loads(dumps(first!))[0]!.id).toBe(first!.id);
  });

  it('gets the present time as sent-at when it has no sent-at', () => {
    const before = Math.floor(Date.now() / 1000) * 1000;
    const sentAt = String(loads(LINE)[0]!.headers['sent-at']);
    expect(sentAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/);
    expect(Date.parse(sentAt)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(sentAt)).toBeLessThanOrEqual(Date.now());
    expect(loads('{"topic":"a","body":{},"headers":{"sent-at":"then"}}')[0]!.headers['sent-at']).toBe('then');
  });

  it.each(['', ',"priority":null'])(
    'has priority 0 when it has no priority (%j), whatever the default priority for publishing is',
    (member) => {
      const [message] = loads(`{"topic":"a","body":{}${member}}`);
      const codec = new MessageCodec(MessageRegistry.of(), { publishPriority: 7 });
      const { properties } = codec.encode(message!);
      expect([message!.priority, properties.priority, properties.headers['priority']]).toEqual([0, 0, 0]);
      expect(codec.encode(new Message()).properties.priority).toBe(7);
    },
  );
});

/** The message that a codec makes of a delivery. */
function received(properties: object): Message<object> {
  captureLog();
  const content = Buffer.from('{"n":1}');
  return new MessageCodec(MessageRegistry.of()).decode(
    { fields: { routingKey: 'a.b' }, content, properties },
    'q',
  );
}

describe('a received message', () => {
  it.each([
    [
      'of a schema that is known, without a package or a priority',
      { fedora_messaging_schema: 'base.message' },
    ],
    ['without any header', {}],
    [
      'with headers of its own and a priority that differs from its property',
      { fedora_messaging_schema: 'base.message', fedora_messaging_severity: 30, priority: 9, 'x-own': [1] },
    ],
  ])('keeps its own headers when it is dumped: a message %s', (_, headers) => {
    const dumped = JSON.parse(dumps(received({ headers: { ...headers }, priority: 3 }))) as Record<
      string,
      unknown
    >;
    expect(dumped['headers']).toEqual(headers);
    expect(dumped['priority']).toBe(3);
  });

  const KEPT = {
    appId: 'bodhi',
    type: 'update',
    expiration: '60000',
    timestamp: 1_700_000_000,
    correlationId: 'c-1',
    replyTo: 'answers',
  };

  it('keeps its other AMQP properties when it is published again, except the user, which the broker checks', () => {
    const message = received({ headers: {}, messageId: 'i', userId: 'somebody', clusterId: 'c', ...KEPT });
    const { properties } = new MessageCodec(MessageRegistry.of()).encode(message);
    const { contentType, contentEncoding, deliveryMode, messageId, headers, priority, ...others } =
      properties;
    expect(others).toEqual(KEPT);
    expect([contentType, contentEncoding, deliveryMode, messageId, priority]).toEqual([
      'application/json',
      'utf-8',
      2,
      'i',
      undefined,
    ]);
    expect(headers['fedora_messaging_schema']).toBe('base.message');
  });

  it('loses a timestamp above 64 bits when it is published again', () => {
    const message = received({ headers: {}, timestamp: 2 ** 64, appId: 'a' });
    const { properties } = new MessageCodec(MessageRegistry.of()).encode(message);
    expect(properties).not.toHaveProperty('timestamp');
    expect(properties.appId).toBe('a');
  });
});
