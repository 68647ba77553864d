import { expect, it } from 'vitest';
import { shownValue } from '../../../lib/exceptions/index.js';
import {
  type ConsumerOptions,
  FedoraMessagingService,
  Message,
  OnMessage,
  Publisher,
  resolveSettings,
} from '../../../lib/index.js';
import { startApp } from '../../support/application.js';
import { memoryUrl } from '../../support/memory-url.js';

it.each<[value: unknown, shown: string]>([
  ['3', '"3"'],
  [3, '3'],
  [Number.NaN, 'NaN'],
  [undefined, 'undefined'],
  [null, 'null'],
  [3n, 'the BigInt 3'],
  [() => 1, 'a function'],
  [Symbol('three'), 'a symbol'],
  [{ three: 3 }, '{"three":3}'],
  [{ toJSON: () => undefined }, 'undefined'],
  [{ three: 3n }, 'an object without a JSON form'],
  ['two\nlines', '"two\\nlines"'],
])('an error shows a value with its type: %o', (value, shown) => {
  expect(shownValue(value)).toBe(shown);
});

it('an error cuts a long value', () => {
  expect(shownValue('x'.repeat(1000))).toBe(`"${'x'.repeat(299)}…`);
  expect(shownValue('abcdef', 4)).toBe('"abc…');
});

const QUEUES = { q: { durable: false, autoDelete: true, exclusive: false, arguments: {} } };

it.each<[option: string, options: object, shown: string]>([
  ['retry.attempts', { queues: QUEUES, bindings: [], onError: 'retry', retry: { attempts: '3' } }, '"3"'],
  ['concurrency', { concurrency: '2' }, '"2"'],
  ['prefetch', { prefetch: '2' }, '"2"'],
  ['onError', { onError: 'ignore' }, '"ignore"'],
  ['retry', { onError: 'requeue', retry: {} }, '"requeue"'],
])('an error shows a wrong %s of a consumer with its type', async (option, options, shown) => {
  const service = (await startApp({ options: { amqpUrl: memoryUrl() } })).get(FedoraMessagingService);
  const failure = await service
    .consume(() => undefined, options as ConsumerOptions)
    .catch((error: Error) => error.message);
  expect(failure).toContain(`'${option}'`);
  expect(failure).toContain(`is ${shown}`);
});

it('an error shows a wrong timeout of a publish with its type', async () => {
  const publisher = (await startApp({ options: { amqpUrl: memoryUrl() } })).get(Publisher);
  const timeout = '5000' as never;
  await expect(publisher.publish(new Message({ topic: 'a' }), { timeout })).rejects.toThrow(
    'but was given "5000"',
  );
});

it('an error shows a wrong setting with its type, but not a URL given instead of options', () => {
  expect(() => resolveSettings({ publishPriority: '3' as never })).toThrow('but is "3"');
  expect(() => resolveSettings('amqp://user:secret@broker' as never)).toThrow(
    /^The options must be an object, but are a string$/,
  );
});

it('an error shows a wrong class of @OnMessage with its type', () => {
  expect(() =>
    OnMessage('greeting' as never)({ constructor: class Handler {} }, 'onMessage', {} as never),
  ).toThrow('argument 1 is "greeting"');
});
