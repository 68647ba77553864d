import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConsumeMessage } from '../../../lib/broker/index.js';
import {
  parkingHeaders,
  retryHeaders,
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

const diedIn = (queue: unknown): object[] => [{ queue, reason: 'expired' }];

describe('how often a message has failed, by its headers,', () => {
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
  ])('is a whole number of at least 1, or else none: %o', (attempt, failures) => {
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
  ])('is none, and its headers are left alone, with %s', (_, came) => {
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

  it('is none for whatever a publisher sends to an exchange', () => {
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

  it('can be written for whatever deaths a publisher has made up', () => {
    fc.assert(
      fc.property(fc.anything(), (deaths) => {
        const headers = retryHeaders(delivery({ headers: { 'x-death': deaths } }), 2, QUEUES);
        expect(headers).toMatchObject({ 'x-retry-attempt': 2, 'x-retry-topic': 'orders' });
      }),
    );
  });
});

describe('the headers with which a message is parked', () => {
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
  ])('tell of an error with %s', (_, error, text) => {
    const message = delivery({ headers: { own: 1, CC: ['elsewhere'], 'x-retry-attempt': 3 } });
    expect(parkingHeaders(message, error)).toEqual({
      own: 1,
      'x-retry-topic': 'orders',
      'x-retry-error': text,
    });
  });
});
