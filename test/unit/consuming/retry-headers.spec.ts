import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConsumeMessage } from '../../../lib/broker/index.js';
import {
  fewHeaders,
  parkingHeaders,
  purposeOfCopy,
  parkingNoteOf,
  publishersHeaders,
  retryHeaders,
  returningHeaders,
  returnsOf,
  stayingHeaders,
  takeRetryHeaders,
} from '../../../lib/consuming/failure/retry-headers.js';
import { RetryQueues } from '../../../lib/consuming/failure/retry-queues.js';

const QUEUES = new RetryQueues('orders', 'orders.parked');

interface Came {
  readonly exchange?: string;
  readonly routingKey?: string;
  readonly headers: Record<string, unknown>;
}

function delivery({ exchange = '', routingKey = 'orders', headers }: Came): ConsumeMessage {
  return { fields: { exchange, routingKey }, properties: { headers } } as unknown as ConsumeMessage;
}

/** A time in the form of `Date.toISOString()`. */
const PARKED_AT: unknown = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

const diedIn = (queue: unknown): object[] => [{ queue, reason: 'expired' }];

describe("the number of a message's earlier failures, by its headers,", () => {
  it.each([
    [1, 1],
    [7, 7],
    [0, 0],
    [-1, 0],
    [0.5, 0],
    [1e300, 0],
    [NaN, 0],
    [Infinity, 0],
    ['2', 0],
    [true, 0],
    [null, 0],
    [{ '!': 'timestamp', value: 1 }, 0],
  ])('is a whole number of at least 1, or otherwise 0: %o', (attempt, failures) => {
    const headers = {
      'x-retry-attempt': attempt,
      'x-retry-topic': 'topic',
      'x-death': diedIn('orders.retry.50'),
    };
    const message = delivery({ headers });
    expect(takeRetryHeaders(message, QUEUES)).toBe(failures);
    expect(message.fields.routingKey).toBe('topic');
    expect(headers).toEqual({ 'x-death': diedIn('orders.retry.50') });
  });

  it.each<[string, Partial<Came>]>([
    ['another exchange', { exchange: 'amq.topic' }],
    ['another routing key', { routingKey: 'pub.orders' }],
    ['no death', { headers: { 'x-death': undefined } }],
    ['deaths that are a text', { headers: { 'x-death': 'orders.retry.50' } }],
    ['no deaths in a list of them', { headers: { 'x-death': [] } }],
    ['a death that is none', { headers: { 'x-death': [null] } }],
    ['a death in a queue that is no text', { headers: { 'x-death': diedIn(5) } }],
    ['a death in another queue', { headers: { 'x-death': diedIn('other.retry.50') } }],
    ['a death in a queue of another name', { headers: { 'x-death': diedIn('orders.retry.50x') } }],
    ['a death in the queue itself', { headers: { 'x-death': diedIn('orders') } }],
    [
      'an earlier death in the retry queue',
      { headers: { 'x-death': [...diedIn('other'), ...diedIn('orders.retry.50')] } },
    ],
  ])('is 0, and the headers stay unchanged, with %s', (_, came) => {
    const headers = {
      'x-retry-attempt': 3,
      'x-retry-topic': 'forged',
      'x-death': diedIn('orders.retry.50'),
      ...came.headers,
    };
    const message = delivery({ ...came, headers });
    const before = structuredClone(message);
    expect(takeRetryHeaders(message, QUEUES)).toBe(0);
    expect(message).toEqual(before);
  });

  it('is 0 for any message that a publisher sends to an exchange', () => {
    const value = fc.anything({ withBigInt: true });
    const names = fc.constantFrom(
      'x-retry-attempt',
      'x-retry-topic',
      'x-retry-error',
      'x-death',
      '__proto__',
      'own',
    );
    fc.assert(
      fc.property(fc.dictionary(names, value), fc.string(), (headers, routingKey) => {
        const message = delivery({ exchange: 'amq.topic', routingKey, headers });
        expect(takeRetryHeaders(message, QUEUES)).toBe(0);
        expect(message.fields.routingKey).toBe(routingKey);
        expect(message.properties.headers).toBe(headers);
      }),
    );
  });

  it('can be written for any deaths that a publisher has made up', () => {
    fc.assert(
      fc.property(fc.anything(), (deaths) => {
        const headers = retryHeaders(delivery({ headers: { 'x-death': deaths } }), 2, QUEUES);
        expect(headers).toMatchObject({ 'x-retry-attempt': 2, 'x-retry-topic': 'orders' });
      }),
    );
  });
});

describe('the headers of a message when it is parked', () => {
  it.each([
    ['a text', new Error('broken'), 'broken'],
    ['a symbol as its text', Object.assign(new Error(), { message: Symbol('odd') as never }), 'Symbol(odd)'],
    [
      'a text that throws',
      Object.defineProperty(new Error(), 'message', {
        get: () => {
          throw new Error('hostile');
        },
      }),
      "an error that can't be described",
    ],
  ])('have the text of an error with %s', (_, error, text) => {
    const message = delivery({ headers: { own: 1, CC: ['elsewhere'], 'x-retry-attempt': 3 } });
    expect(parkingHeaders({ delivery: message, error, failures: 4 })).toEqual({
      own: 1,
      'x-retry-topic': 'orders',
      'x-retry-error': text,
      'x-retry-failures': 4,
      'x-retry-parked-at': PARKED_AT,
    });
  });
});

describe('the headers of a message that waits for its next attempt', () => {
  const headersOf = (headers: Record<string, unknown>): object =>
    retryHeaders(delivery({ headers, routingKey: 'an.order' }), 3, QUEUES);

  it('are its own headers, the number of its failures, and its topic', () => {
    expect(headersOf({ own: 1, 'x-retry-attempt': 2 })).toEqual({
      own: 1,
      'x-retry-attempt': 3,
      'x-retry-topic': 'an.order',
    });
  });

  it('leave out headers that name other queues, and an earlier error', () => {
    expect(headersOf({ CC: ['x'], BCC: ['y'], 'x-retry-error': 'old' })).toEqual({
      'x-retry-attempt': 3,
      'x-retry-topic': 'an.order',
    });
  });

  it('keep the deaths in other queues, and leave out those in its own queue and its retry queues', () => {
    const others = [...diedIn('other'), ...diedIn('orders.retry.x')];
    const own = [...diedIn('orders'), ...diedIn('orders.retry.50'), ...diedIn('orders.parked')];
    const noQueue = [null, undefined, 'text', { queue: 5 }, {}];
    expect(headersOf({ 'x-death': [...own, ...others, ...noQueue] })).toMatchObject({ 'x-death': others });
    expect(headersOf({ 'x-death': own })).not.toHaveProperty('x-death');
    expect(headersOf({ 'x-death': 'no list' })).not.toHaveProperty('x-death');
  });

  it('do not change the headers of the message itself', () => {
    const headers = { CC: ['x'], own: 1 };
    headersOf(headers);
    expect(headers).toEqual({ CC: ['x'], own: 1 });
  });
});

describe('a message that comes to a consumer with retries', () => {
  it('without headers has not failed', () => {
    const message = {
      fields: { exchange: '', routingKey: 'orders' },
      properties: {},
    } as unknown as ConsumeMessage;
    expect(takeRetryHeaders(message, QUEUES)).toBe(0);
  });

  it('from the parking queue, given back by an operator, begins anew with its topic', () => {
    const headers = { own: 1, 'x-retry-topic': 'an.order', 'x-retry-error': 'broken' };
    const message = delivery({ headers });
    expect(takeRetryHeaders(message, QUEUES)).toBe(0);
    expect(message.fields.routingKey).toBe('an.order');
    expect(headers).toEqual({ own: 1 });
  });

  it.each(['orders.retry.7', 'orders.parked'])('from %s counts its failures', (queue) => {
    const headers = { 'x-retry-attempt': 2, 'x-retry-topic': 'an.order', 'x-death': diedIn(queue) };
    expect(takeRetryHeaders(delivery({ headers }), QUEUES)).toBe(2);
  });

  it.each<[string, Record<string, unknown>]>([
    ['an error without a topic', { 'x-retry-attempt': 2, 'x-retry-error': 'x' }],
    ['a topic without an error', { 'x-retry-attempt': 2, 'x-retry-topic': 'x' }],
    ['a death without a topic', { 'x-retry-attempt': 2, 'x-death': diedIn('orders.retry.7') }],
  ])('with %s has not failed, and keeps its headers', (_, headers) => {
    const before = { ...headers };
    const message = delivery({ headers });
    expect(takeRetryHeaders(message, QUEUES)).toBe(0);
    expect(headers).toEqual(before);
    expect(message.fields.routingKey).toBe('orders');
  });

  it('whose topic header is not a text keeps its routing key', () => {
    const headers = { 'x-retry-attempt': 2, 'x-retry-topic': 5, 'x-death': diedIn('orders.retry.7') };
    const message = delivery({ headers });
    expect(takeRetryHeaders(message, QUEUES)).toBe(2);
    expect(message.fields.routingKey).toBe('orders');
  });
});

describe("the essential headers of a parked message whose own headers can't be written", () => {
  const fewOf = (headers: Record<string, unknown> | undefined): object =>
    fewHeaders({
      delivery: {
        fields: { routingKey: 'an.order' },
        properties: { headers },
      } as unknown as ConsumeMessage,
      error: new Error('broken'),
      failures: 1,
    });
  const WHY = {
    'x-retry-topic': 'an.order',
    'x-retry-error': 'broken',
    'x-retry-failures': 1,
    'x-retry-parked-at': PARKED_AT,
  };

  it('are those of schema, package, severity and time, with its topic and the error', () => {
    const essential = {
      fedora_messaging_schema: 'a.schema',
      fedora_messaging_schema_package: 'a-package',
      fedora_messaging_severity: 20,
      'sent-at': '2024-01-01T00:00:00+00:00',
    };
    expect(fewOf({ own: 1, ...essential })).toEqual({ ...essential, ...WHY });
    expect(fewOf(undefined)).toEqual(WHY);
  });

  it.each<[unknown, boolean]>([
    ['x'.repeat(255), true],
    ['x'.repeat(256), false],
    ['ä'.repeat(128), false],
    [20, true],
    [1.5, false],
    [{ nested: 1 }, false],
    [undefined, false],
  ])('keep only a text of at most 255 bytes or a whole number: %j, %s', (value, isKept) => {
    const kept = isKept ? { fedora_messaging_schema: value } : {};
    expect(fewOf({ fedora_messaging_schema: value })).toEqual({ ...kept, ...WHY });
  });

  it('keep the first 1,000 characters of the error', () => {
    const headers = parkingHeaders({
      delivery: delivery({ headers: {} }),
      error: new Error('x'.repeat(2000)),
      failures: 6,
    });
    expect(headers['x-retry-error']).toBe('x'.repeat(1000));
  });
});

describe('the headers of a message in a parking queue', () => {
  const OWN = { own: 1, fedora_messaging_schema: 'a.schema' };
  const NOTE = {
    'x-retry-topic': 'an.order',
    'x-retry-error': 'broken',
    'x-retry-failures': 4,
    'x-retry-parked-at': '2026-01-02T03:04:05.678Z',
  };
  const ways = {
    'x-death': diedIn('orders.retry.7'),
    'x-first-death-queue': 'x',
    'x-last-death-reason': 'y',
  };
  const parked = delivery({
    routingKey: 'orders.parked',
    headers: { ...OWN, ...NOTE, ...ways, 'x-delivery-count': 2, CC: ['elsewhere'] },
  });

  it('give its topic, the error, the number of failures, and the time of parking', () => {
    expect(parkingNoteOf(parked)).toEqual({
      topic: 'an.order',
      error: 'broken',
      failures: 4,
      parkedAt: new Date('2026-01-02T03:04:05.678Z'),
    });
  });

  it.each<[string, Record<string, unknown> | undefined]>([
    ['are missing', undefined],
    ['are of other types', Object.fromEntries(Object.keys(NOTE).map((name) => [name, { nested: 1 }]))],
    ['are no times or numbers', { 'x-retry-failures': 0.5, 'x-retry-parked-at': 'yesterday' }],
  ])('give nothing when they %s', (_, headers) => {
    const note = parkingNoteOf(delivery({ routingKey: 'orders.parked', headers: headers! }));
    expect(note).toEqual({ topic: 'orders.parked', error: null, failures: null, parkedAt: null });
  });

  it('keep everything when it stays there, except the count of its deliveries, which begins anew', () => {
    expect(stayingHeaders(parked)).toEqual({ ...OWN, ...NOTE, ...ways });
    expect([returnsOf(parked), returnsOf(delivery({ headers: OWN }))]).toEqual([2, 0]);
  });

  it('restore its topic when it is given back, and leave nothing of the failures', () => {
    const returned = delivery({ headers: returningHeaders(parked) as Record<string, unknown> });
    expect(takeRetryHeaders(returned, QUEUES)).toBe(0);
    expect(returned.fields.routingKey).toBe('an.order');
    const { 'x-death': _, ...otherWays } = ways;
    expect(returned.properties.headers).toEqual({ ...OWN, ...otherWays });
  });

  it('are those of its publisher when it is saved', () => {
    expect(publishersHeaders(parked)).toEqual({ ...OWN, CC: ['elsewhere'] });
  });

  it('are all removed by its consumer when an operator has moved the message', () => {
    const moved = delivery({ headers: { ...OWN, ...NOTE } });
    expect(takeRetryHeaders(moved, QUEUES)).toBe(0);
    expect(moved.properties.headers).toEqual(OWN);
  });
});

describe('a publication to the default exchange', () => {
  const purposeOf = (exchange: string, headers?: object) =>
    purposeOfCopy({
      exchange,
      routingKey: 'a.queue',
      content: Buffer.alloc(0),
      properties: { headers } as never,
    });

  it('is recognised as a retry copy or a parked copy by its headers', () => {
    expect(purposeOf('', { 'x-retry-topic': 'x', 'x-retry-attempt': 1 })).toBe('retry');
    expect(purposeOf('', { 'x-retry-topic': 'x', 'x-retry-error': 'y' })).toBe('park');
    expect(purposeOf('amq.topic', { 'x-retry-topic': 'x' })).toBeUndefined();
    expect(purposeOf('', { 'x-retry-error': 'y' })).toBeUndefined();
    expect(purposeOf('')).toBeUndefined();
  });
});

describe('the queues of failed messages', () => {
  it.each([
    ['orders.retry.50', true],
    ['orders.retry.0', true],
    ['orders.parked', true],
    ['orders', false],
    ['orders.retry.', false],
    ['orders.retry.50x', false],
    ['orders.retry.x50', false],
    ['other.retry.50', false],
    ['another.orders.retry.50', false],
  ])('are recognised by their names: %s, %s', (name, isOne) => {
    expect(QUEUES.has(name)).toBe(isOne);
  });
});
