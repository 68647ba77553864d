import { map, throwError, timer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { Drop, FedoraMessagingService, Message, Nack } from '../../../lib/index.js';
import { type DeliveryOutcome, TestingBroker } from '../../../lib/testing/index.js';
import { startApp } from '../../support/application.js';
import { captureLog } from '../../support/captured-log.js';

/** Characters that end a line, move the cursor, or reverse text; a stack has lines. */
const UNSAFE = /[\p{Bidi_Control}\u2028\u2029]|(?!\n)\p{Cc}/u;

function fail(thrown: unknown): never {
  throw thrown;
}

// oxlint-disable unicorn/no-thenable -- handlers return such objects
/** An object that promises treat as a promise. */
const thenable = (then: (resolve: () => void, reject: (reason: unknown) => void) => unknown): object =>
  Object.fromEntries([['then', then]]);

const RESULTS: [what: string, handle: (message: Message) => unknown, outcome: DeliveryOutcome][] = [
  [
    'an object whose `then` is a getter that throws',
    () =>
      new (class {
        get then() {
          return fail(new Error('x'));
        }
      })(),
    'reject',
  ],
  ['a thenable that throws', () => thenable(() => fail(new Error('x'))), 'reject'],
  [
    'a thenable that resolves, again, and throws',
    () => thenable((resolve) => (resolve(), resolve(), fail(new Error('x')))),
    'ack',
  ],
  ['a thenable that rejects with nothing', () => thenable((_, reject) => reject(undefined)), 'reject'],
  [
    'a promise of a thenable that rejects with Nack',
    () => Promise.resolve(thenable((_, reject) => reject(new Nack()))),
    'requeue',
  ],
  ['a Nack that no constructor has made', () => fail(Object.create(Nack.prototype)), 'requeue'],
  [
    'a Drop whose reason controls a terminal',
    () => Promise.reject(new Drop('x\u001b[2J\u009b2J\u202e\n')),
    'reject',
  ],
  ['an error whose text controls a terminal', () => fail(new Error('a\u009b2Jb\u202ec\u2028d\ne')), 'reject'],
  [
    'an error whose stack controls a terminal',
    () => fail(Object.assign(new Error('a'), { stack: 'E: \u009b2J\u202e\u001b]0;x\u0007' })),
    'reject',
  ],
  [
    'an error whose name is a getter that throws',
    () => fail(Object.defineProperty(new Error('x'), 'name', { get: () => fail(1) })),
    'reject',
  ],
  ['an observable that errs', () => throwError(() => new Error('x')), 'reject'],
  ['an observable that errs later', () => timer(1).pipe(map(() => fail(new Error('x')))), 'reject'],
  [
    'an async generator',
    () =>
      (async function* () {
        yield await Promise.resolve(1);
      })(),
    'reject',
  ],
  ['a text of two million characters that is thrown', () => fail('x\n'.repeat(1_000_000)), 'reject'],
  ['null that is thrown', () => fail(null), 'reject'],
  [
    'nothing, after freezing its message',
    (message) => void Object.freeze(Object.freeze(message).body),
    'ack',
  ],
  [
    'an error, after spoiling its message',
    (message) => fail(Object.assign(message, { headers: null, body: null, id: Symbol('x'), topic: {} })),
    'reject',
  ],
];

describe('a handler that gives', () => {
  it.each(RESULTS)('%s has its message settled, and the consumer goes on', async (_, handle, outcome) => {
    const log = captureLog();
    const broker = new TestingBroker();
    const service = (await startApp({ options: { amqpUrl: broker.amqpUrl } })).get(FedoraMessagingService);
    let isFirst = true;
    const once = (message: Message): unknown => (isFirst ? ((isFirst = false), handle(message)) : undefined);
    const [consumer] = await service.consume(once, {
      queues: { strange: { durable: true, autoDelete: false, exclusive: false, arguments: {} } },
      bindings: [{ exchange: 'amq.topic', routingKeys: ['#'] }],
      onError: 'drop',
    });
    expect(await broker.deliver(new Message({ topic: 'a' }))).toBe(outcome);
    if (outcome !== 'requeue') expect(await broker.deliver(new Message({ topic: 'b' }))).toBe('ack');
    expect(consumer!.isConsuming).toBe(true);
    expect(log.filter(({ text }) => UNSAFE.test(text))).toEqual([]);
  });
});
