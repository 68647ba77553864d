import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeError, errorName, errorText, stackOf, toError } from '../../../lib/exceptions/index.js';

/** Errors and other values that can't be read. */
const hostile: Record<string, () => unknown> = {
  'an error whose message getter throws': () =>
    Object.defineProperty(new Error('x'), 'message', {
      get: () => {
        throw new Error('no message');
      },
    }),
  'an error whose name and stack getters throw': () => {
    const refuse = {
      get: () => {
        throw new Error('no');
      },
    };
    return Object.defineProperties(new Error('x'), { stack: refuse, name: refuse });
  },
  'an error with a symbol as message': () => Object.assign(new Error('x'), { message: Symbol('sign') }),
  'an error with an object as message': () => Object.assign(new Error('x'), { message: { code: 7 } }),
  'an error without a prototype': () => Object.setPrototypeOf(new Error('bare'), null),
  'an object without a prototype': () => Object.assign(Object.create(null) as object, { a: 1 }),
  'a symbol': () => Symbol('thrown'),
  'a Proxy that throws at everything': () =>
    new Proxy(
      {},
      new Proxy(
        {},
        {
          get: () => () => {
            throw new Error('no');
          },
        },
      ),
    ),
  'a Proxy that is revoked': () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  },
  'an object that does not want to be inspected': () => ({
    [Symbol.for('nodejs.util.inspect.custom')]: () => {
      throw new Error('no');
    },
  }),
  'an object whose toString throws': () => ({
    toString: () => {
      throw new Error('no');
    },
  }),
  'an AggregateError that contains itself': () => {
    const error = new AggregateError([], '');
    error.errors.push(error, new Error('inner'));
    return error;
  },
  'an AggregateError whose errors are none': () => Object.assign(new AggregateError([]), { errors: 5 }),
  'an error that is its own cause': () => {
    const error = new Error('circle');
    error.cause = error;
    return error;
  },
  'a frozen error': () => Object.freeze(new Error('cold')),
  nothing: () => undefined,
  null: () => null,
  'a big integer': () => 7n,
  'a function': () => () => undefined,
};

describe('describing a thrown value', () => {
  it.each(Object.keys(hostile))('gives a line for %s, and throws nothing', (name) => {
    const thrown = hostile[name]!();
    const text = describeError(thrown);
    expect(text).not.toBe('');
    expect(text).not.toContain('\n');
    expect(typeof errorName(thrown)).toBe('string');
    expect(['string', 'undefined']).toContain(typeof stackOf(thrown));
    const error = toError(thrown);
    expect(error).toBeInstanceOf(Error);
    if (error !== thrown) expect(error.cause).toBe(thrown);
  });

  it('gives a line of limited length for any thrown value', () => {
    fc.assert(
      fc.property(
        fc.anything({
          withBigInt: true,
          withNullPrototype: true,
          withObjectString: true,
          withSparseArray: true,
        }),
        fc.boolean(),
        (value, isMessage) => {
          const thrown = isMessage ? Object.assign(new Error('x'), { message: value }) : value;
          const text = describeError(thrown);
          return text.length <= 6100 && !text.includes('\n') && toError(thrown) instanceof Error;
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each([
    ['an error', new Error('out of cheese'), 'out of cheese'],
    ['a string', 'out of cheese', 'out of cheese'],
    ['an error without a message', new TypeError(), 'TypeError'],
    [
      'a system error without a message',
      Object.assign(new Error(), { code: 'ECONNREFUSED' }),
      'ECONNREFUSED',
    ],
    ['several errors in one', new AggregateError([new Error('a'), new Error('b')]), 'a, b'],
    ['an object', { code: 7 }, '{ code: 7 }'],
    ['an error with a symbol as message', hostile['an error with a symbol as message']!(), 'Symbol(sign)'],
  ])('shows the text of %s', (_, thrown, text) => {
    expect(describeError(thrown)).toBe(text);
  });

  it('forges no log lines, and cuts a long text', () => {
    expect(describeError(new Error('one\ntwo'))).toBe('one two');
    expect(errorText(new Error('one\ntwo'))).toBe('one\ntwo');
    expect(describeError(new Error('x'.repeat(1_000_000))).length).toBeLessThan(1100);
    expect(stackOf(new Error('x'.repeat(1_000_000)))!.length).toBeLessThanOrEqual(10_000);
  });
});
