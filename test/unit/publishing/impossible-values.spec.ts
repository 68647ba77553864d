import { describe, expect, it } from 'vitest';
import { Message, Publisher, type PublishOptions } from '../../../lib/index.js';
import { startApp } from '../../support/application.js';
import { memoryUrl } from '../../support/memory-url.js';

/** Characters that end a line, move the cursor, or reverse text. */
const UNSAFE = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u;

function nested(levels: number): object {
  let value: object = {};
  for (let level = 1; level < levels; level++) value = { a: value };
  return value;
}

const cyclic: Record<string, unknown> = {};
cyclic['self'] = cyclic;

const throwing = {
  get secret(): unknown {
    throw new Error('no\u001b[2J\u202e');
  },
};

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

const body = (of: unknown): Message<object> => new Message<object>({ topic: 'a', body: of as object });
const header = (value: unknown, name = 'it'): Message =>
  new Message({ topic: 'a', headers: { [name]: value } });
const identified = (id: unknown): Message => Object.assign(new Message({ topic: 'a' }), { id });

const MESSAGES: [what: string, make: () => unknown, problem: RegExp][] = [
  ['a body that contains itself', () => body(cyclic), /\/body can't be written as JSON: .*circular/],
  ['a body with a getter that throws', () => body(throwing), /\/body can't be read: no\\u001b\[2J\\u202e$/],
  ['a body with such a getter deep in it', () => body({ a: [throwing] }), /\/body can't be read: no/],
  ['a body that is a Proxy without a target', () => body(revoked()), /\/body can't be read: .*revoked/],
  [
    'a body of 2,001 levels',
    () => body(nested(2001)),
    /\/body can't be sent: it is nested more than 2000 levels deep/,
  ],
  [
    'a body of 20,000 levels',
    () => body(nested(20_000)),
    /\/body can't be sent: it is nested more than 2000 levels/,
  ],
  ['a body that is a list', () => body([]), /\/body must be object, but is an array/],
  ['a body that is a symbol', () => body(Symbol('it')), /\/body must be object, but is undefined/],
  [
    'a topic that is a symbol',
    () => new Message({ topic: Symbol('it') as never }),
    /\/topic must be a string, but is a symbol/,
  ],
  [
    'a topic of 600 bytes that turn text',
    () => new Message({ topic: '\u202e'.repeat(200) }),
    /\/topic must be at most 255 bytes/,
  ],
  [
    'an id that is a function',
    () => identified(() => 1),
    /\/id must be a string of at most 255 bytes, but is a function/,
  ],
  [
    'an id of 400 control characters',
    () => identified('\u001b\u009b'.repeat(200)),
    /\/id must be a string of at most 255 bytes/,
  ],
  [
    'a function in a header whose name turns text',
    () => header(() => 1, 'x\u202e'),
    /\/headers\/x\\u202e is a function/,
  ],
  [
    'a header that contains itself',
    () => header(cyclic),
    /\/headers\/it\/self.* is nested more than 500 levels deep|\/headers\/it\/self/,
  ],
  ['a header with a getter that throws', () => header(throwing), /\/headers can't be read: no/],
  [
    'a header that is a Proxy without a target',
    () => header(revoked()),
    /\/headers can't be read: .*revoked/,
  ],
  ['a list with holes in a header', () => header(Array.from({ length: 2 })), /\/headers\/it\/0 is undefined/],
  ['a BigInt in a header', () => header(2n ** 63n), /\/headers\/it is a BigInt/],
  ['NaN in a header', () => header(Number.NaN), /\/headers\/it must be a finite number/],
  [
    'a Date without a time in a header',
    () => header(new Date(Number.NaN)),
    /\/headers\/it must be a date in 1970 or later/,
  ],
  [
    'a boxed string in a header',
    () => header(Object('x')),
    /\/headers\/it must be a plain object.* of the type String/,
  ],
  [
    'headers of 70,000 bytes',
    () => header('x'.repeat(70_000)),
    /\/headers can't be written as an AMQP table: .* more than 65536 bytes/,
  ],
  [
    'a severity that is an object',
    () => new Message({ topic: 'a', severity: {} as never }),
    /\/headers\/fedora_messaging_severity must be number/,
  ],
];

describe('a publisher that gets an impossible value', () => {
  it.each(MESSAGES)(
    'fails with a ValidationError in one safe line, with the path: %s',
    async (_, make, problem) => {
      const publisher = (await startApp({ options: { amqpUrl: memoryUrl() } })).get(Publisher);
      const error = await publisher.publish(make() as Message).then(
        () => undefined,
        (thrown: Error) => thrown,
      );
      expect(error).toMatchObject({
        name: 'ValidationError',
        message: expect.stringMatching(problem) as string,
      });
      expect(error!.message).not.toMatch(UNSAFE);
      await publisher.publish(new Message({ topic: 'a' }));
      expect(publisher.publishedCount).toBe(1);
    },
  );

  it.each<[unknown, RegExp]>([
    [null, /needs an object of options, but was given null/],
    ['amq.topic', /needs an object of options, but was given "amq.topic"/],
    [{ exchange: Symbol('x') }, /needs the name of an exchange, but was given symbol/],
    [{ exchange: 'x'.repeat(256) }, /at most 255 bytes/],
    [{ timeout: Number.NaN }, /timeout in milliseconds of at least 0, but was given NaN/],
    [{ timeout: -1 }, /timeout in milliseconds of at least 0, but was given -1/],
    [{ timeout: 5n }, /timeout in milliseconds of at least 0, but was given the BigInt 5/],
  ])('names the right form of publish options: %#', async (options, problem) => {
    const publisher = (await startApp({ options: { amqpUrl: memoryUrl() } })).get(Publisher);
    await expect(publisher.publish(new Message({ topic: 'a' }), options as PublishOptions)).rejects.toThrow(
      problem,
    );
  });

  it('publishes a body of 2,000 levels', async () => {
    const publisher = (await startApp({ options: { amqpUrl: memoryUrl() } })).get(Publisher);
    await publisher.publish(body(nested(2000)));
    await publisher.publish(body(Object.assign(nested(1999), { at: new Date(0) })));
    expect(publisher.publishedCount).toBe(2);
  });
});
