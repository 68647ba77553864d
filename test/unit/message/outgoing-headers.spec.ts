import { describe, expect, it } from 'vitest';
import {
  Message,
  MessageCodec,
  MessageRegistry,
  MessageSchema,
  ValidationError,
} from '../../../lib/index.js';
import { captureLog } from '../../support/captured-log.js';

const codec = new MessageCodec(MessageRegistry.of());
const headersOf = (headers: Record<string, unknown>): Record<string, unknown> =>
  codec.encode(new Message({ topic: 'a', headers })).properties.headers;

function refusal(headers: Record<string, unknown>): ValidationError {
  try {
    headersOf(headers);
  } catch (error) {
    expect(error).toBeInstanceOf(ValidationError);
    return error as ValidationError;
  }
  throw new Error('nothing was refused');
}

class Point {
  x = 1;
}

describe('publishing fails with a ValidationError and its path when a header is', () => {
  const circle: Record<string, unknown> = {};
  circle['circle'] = circle;

  it.each<[string, unknown]>([
    ['a Map', new Map([['a', 1]])],
    ['a Set', new Set([1])],
    ['a WeakMap', new WeakMap()],
    ['a typed array', new Uint8Array(3)],
    ['an ArrayBuffer', new ArrayBuffer(3)],
    ['a boxed number', Object(1)],
    ['a boxed string', Object('a')],
    ['a boxed boolean', Object(false)],
    ['a regular expression', /a/],
    ['an error', new Error('a')],
    ['a promise', Promise.resolve()],
    ['a URL', new URL('http://localhost')],
    ['an instance of a class', new Point()],
    ['a function', () => 1],
    ['a symbol', Symbol('a')],
    ['a BigInt', 5n],
    ['undefined in an array', [undefined]],
    ['NaN', NaN],
    ['an invalid Date', new Date(NaN)],
    ['a Date before 1970', new Date(-1)],
    ['what contains itself', circle],
    ['a type AMQP has not', { '!': 'text', value: 'a' }],
    ['a value that its type has no room for', { '!': 'int8', value: 128 }],
    ['a BigInt for a type of 32 bits', { '!': 'int32', value: 1n }],
    ['a timestamp with a fraction', { '!': 'timestamp', value: 1.5 }],
    ['a float that is too large', { '!': 'float', value: 1e300 }],
    ['a table as a text', { '!': 'string', value: {} }],
    ['a decimal without digits', { '!': 'decimal', value: { places: 1 } }],
  ])('%s', (_, value) => {
    const { path } = refusal({ 'a/b': { list: [0, { it: value }] } }).errors[0];
    expect(path.startsWith('/headers/a~1b/list/1/it')).toBe(true);
    expect(refusal({ it: value }).errors[0].path).toMatch(/^\/headers\/it/);
  });
});

describe('a header of a published message', () => {
  it('becomes an AMQP timestamp when it is a Date, at any depth; the message keeps its Date', () => {
    const at = new Date('2024-05-06T07:08:09.999Z');
    const timestamp = { '!': 'timestamp', value: 1714979289 };
    const message = new Message({
      topic: 'a',
      headers: { at, deep: [{ at, other: 1 }], ['__proto__']: { at } },
    });
    const { headers } = codec.encode(message).properties;
    expect(headers).toMatchObject({ at: timestamp, deep: [{ at: timestamp, other: 1 }] });
    expect(Object.getOwnPropertyDescriptor(headers, '__proto__')?.value).toEqual({ at: timestamp });
    expect(message.headers['at']).toBe(at);
  });

  it('is sent as a double when amqplib would take a number wrongly for a 64-bit integer', () => {
    const headers = headersOf({ small: -1e19, fraction: 2 ** 50 + 0.5, whole: 2 ** 60, huge: 1e300 });
    expect(headers).toMatchObject({
      small: { '!': 'double', value: -1e19 },
      fraction: { '!': 'double', value: 2 ** 50 + 0.5 },
      whole: 2 ** 60,
      huge: 1e300,
    });
  });

  it("is left unchanged in every form of AMQP, also in amqplib's typed forms", () => {
    const headers = {
      text: 'a',
      flag: false,
      none: null,
      nothing: undefined,
      bytes: Buffer.from('a'),
      list: [1, [null, { a: 1.5 }]],
      table: Object.create(null) as object,
      timestamp: { '!': 'timestamp', value: 1n },
      long: { '!': 'int64', value: -5n },
      decimal: { '!': 'decimal', value: { places: 2, digits: 314 } },
      float: { '!': 'float', value: 0.5 },
    };
    expect(headersOf(headers)).toMatchObject(headers);
  });

  it('may have a name of 255 bytes; a longer name is refused', () => {
    expect(headersOf({ ['n'.repeat(255)]: 1 })).toMatchObject({ ['n'.repeat(255)]: 1 });
    expect(refusal({ ['é'.repeat(128)]: 1 }).message).toMatch(
      /has a name of 256 bytes, but AMQP allows at most 255/,
    );
    expect(refusal({ a: [{ ['n'.repeat(256)]: 1 }] }).errors[0].path).toBe(`/headers/a/0/${'n'.repeat(256)}`);
  });

  it('whose name is too long because of an accessor is refused, and the error names accessor and item', () => {
    @MessageSchema('test.long-names')
    class LongNames extends Message {
      override get packages(): string[] {
        return ['kernel', 'p'.repeat(240)];
      }
    }
    expect(() => codec.encode(new LongNames({ topic: 'a' }))).toThrow(
      new RegExp(`has a name of 261 bytes.* the item "${'p'.repeat(240)}" of the accessor 'packages'`),
    );
  });
});

describe('items of a filter accessor that are not strings', () => {
  @MessageSchema('headers.strange-items')
  class Strange extends Message {
    override get usernames(): string[] {
      return ['ann', null, undefined, Symbol('b'), { name: 'c' }, ['d'], true, NaN, 'eve'] as string[];
    }

    override get groups(): string[] {
      return [null, 'admins'] as string[];
    }
  }

  it('are left out with a warning for each accessor; the other items are published', () => {
    const log = captureLog();
    const strange = new Strange();
    const { headers } = codec.encode(strange).properties;
    expect(Object.keys(headers).filter((name) => /_(user|group)_/.test(name))).toEqual([
      'fedora_messaging_user_ann',
      'fedora_messaging_user_eve',
      'fedora_messaging_group_admins',
    ]);
    expect(log).toEqual([
      {
        level: 'warn',
        text: `The message "${strange.id}" with topic "" goes without some filter headers: the accessor 'usernames' of Strange has items that are neither strings nor numbers (7)`,
      },
      { level: 'warn', text: expect.stringContaining("'groups'") as string },
    ]);
  });
});
