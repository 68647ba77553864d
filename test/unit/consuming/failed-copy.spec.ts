import { describe, expect, it } from 'vitest';
import type { ConsumeMessage, Publication } from '../../../lib/broker/index.js';
import { copyFailureOf } from '../../../lib/consuming/failure/copy-failure.js';
import { copyFor, plainCopyFor, unwritableHeaders } from '../../../lib/consuming/failure/failed-copy.js';
import {
  BadDeclaration,
  PublishForbidden,
  PublishReturned,
  PublishTimeout,
  ValidationError,
} from '../../../lib/exceptions/index.js';

const PROPERTIES = {
  contentType: 'application/json',
  contentEncoding: 'utf-8',
  deliveryMode: 2,
  priority: 3,
  messageId: 'an-id',
  correlationId: 'a-correlation',
  replyTo: 'a-queue',
  timestamp: 1_700_000_000,
  type: 'a-type',
  appId: 'an-app',
};

const delivery = (properties: object): ConsumeMessage =>
  ({
    fields: { exchange: 'amq.topic', routingKey: 'a.topic' },
    content: Buffer.from('{}'),
    properties: { ...PROPERTIES, expiration: '1000', userId: 'somebody', clusterId: 'old', ...properties },
  }) as unknown as ConsumeMessage;

describe('the copy of a failed message', () => {
  it("goes to its queue by the default exchange, with the message's properties, and is returned if there is no queue", () => {
    expect(copyFor('a.queue', delivery({ headers: { old: 1 } }), { own: 1 })).toEqual({
      exchange: '',
      routingKey: 'a.queue',
      content: Buffer.from('{}'),
      // Without the expiration, which would end it in its queue, and the user, which RabbitMQ refuses from other users.
      properties: { ...PROPERTIES, headers: { own: 1 }, mandatory: true },
    });
  });

  it('leaves out a timestamp too large for JavaScript, as publishing a message again does', () => {
    const { properties } = copyFor('a.queue', delivery({ timestamp: 2 ** 64 }), {});
    expect(properties).not.toHaveProperty('timestamp');
    expect(properties).toMatchObject({ appId: 'an-app', messageId: 'an-id' });
  });

  it('keeps the essential properties in its form that can always be written', () => {
    const { contentType, contentEncoding, deliveryMode, priority, messageId } = PROPERTIES;
    expect(plainCopyFor('a.queue', delivery({}), { own: 1 })).toEqual({
      exchange: '',
      routingKey: 'a.queue',
      content: Buffer.from('{}'),
      properties: {
        contentType,
        contentEncoding,
        deliveryMode,
        priority,
        messageId,
        headers: { own: 1 },
        mandatory: true,
      },
    });
  });

  it.each(['contentType', 'contentEncoding', 'messageId'] as const)(
    'leaves out a %s that is longer than 255 bytes, or missing, in its form that can always be written',
    (name) => {
      const written = (value: unknown): unknown =>
        plainCopyFor('a.queue', delivery({ [name]: value }), {}).properties[name];
      expect(written('x'.repeat(255))).toBe('x'.repeat(255));
      expect(written('x'.repeat(256))).toBeUndefined();
      expect(written('ä'.repeat(128))).toBeUndefined();
      expect(written(undefined)).toBeUndefined();
    },
  );
});

describe('the headers of a copy of a failed message', () => {
  const arePlain = (headers: object): boolean =>
    unwritableHeaders({ properties: { headers } } as Publication) === undefined;
  const nested = (depth: number): object => (depth === 0 ? {} : { table: nested(depth - 1) });

  it.each<[string, unknown]>([
    ['a text', 'x'],
    ['a number', 1],
    ['nothing', null],
    ['bytes', Buffer.from('x')],
    ['a list', [1, ['x']]],
    ['a table', { a: { b: 1 } }],
    ['a time', { '!': 'timestamp', value: 0 }],
    ['a decimal', { '!': 'decimal', value: { places: 2, digits: 314 } }],
    ['a time in a list', [{ '!': 'timestamp', value: 1 }]],
    ['a hundred tables in each other', nested(99)],
  ])('can be written with %s', (_, value) => {
    expect(arePlain({ value })).toBe(true);
    expect(arePlain({ before: 1, value })).toBe(true);
  });

  it.each<[string, unknown]>([
    ['a hundred and one tables in each other', nested(100)],
    ['a type that amqplib does not read', { '!': 'int', value: 1 }],
    ['a type of a decimal that is another', { '!': 'float', value: { places: 2, digits: 314 } }],
    ['a time that is no whole number', { '!': 'timestamp', value: 1.5 }],
    ['a time before 1970', { '!': 'timestamp', value: -1 }],
    ['a time that is a text', { '!': 'timestamp', value: '1' }],
    ['a time with something else', { '!': 'timestamp', value: 1, more: 1 }],
    ['a type without a value', { '!': 'timestamp' }],
    ['a decimal without digits', { '!': 'decimal', value: { places: 1 } }],
    ['a decimal without places', { '!': 'decimal', value: { digits: 1 } }],
    ['a decimal with nothing', { '!': 'decimal', value: null }],
    ['a wrong table in a table', { a: { '!': 'x', value: 1 } }],
    ['a wrong table in a list', [1, { '!': 'x', value: 1 }]],
    ['a wrong table that is inherited', Object.create({ a: { '!': 'x', value: 1 } })],
  ])("can't be written with %s", (_, value) => {
    expect(arePlain({ value })).toBe(false);
    expect(arePlain({ before: 1, value })).toBe(false);
  });
});

describe('a copy of a failed message that the broker does not have', () => {
  const declined = (code: number): Error =>
    new BadDeclaration('exchange', { name: 'x' }, 'no', { cause: Object.assign(new Error('no'), { code }) });
  it.each([
    ['is refused', 'the user may not write', new PublishForbidden('no'), 'refused'],
    ['is refused', 'the user may not declare an exchange', declined(403), 'refused'],
    ['may pass', 'an exchange is in use by another connection', declined(405), 'passing'],
    [
      'is unwritable',
      'it is no AMQP',
      new ValidationError('The copy', [{ path: '/headers', message: 'no' }]),
      'unwritable',
    ],
    ['is unwritable', 'the broker refuses it', new PublishReturned('PRECONDITION_FAILED'), 'unwritable'],
    ['may pass', 'the queue is full', new PublishReturned('The broker rejected it (basic.nack)'), 'passing'],
    ['has no queue', 'the broker returns it', new PublishReturned('returned as unroutable: 312'), 'no queue'],
    ['may pass', 'the broker does not answer', new PublishTimeout('too late'), 'passing'],
    ['may pass', 'of whatever else', 'a text', 'passing'],
  ])('%s when %s', (_outcome, _cause, error, failure) => {
    expect(copyFailureOf(error)).toBe(failure);
  });
});
