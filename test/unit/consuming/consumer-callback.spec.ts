import { describe, expect, it } from 'vitest';
import {
  InvalidCallbackError,
  isHandling,
  nameOfCallback,
  toHandler,
} from '../../../lib/consuming/consumer-callback.js';

const MESSAGE = { topic: 'a.topic' } as never;
const CONTEXT = { attempt: 1 } as never;

class Counter {
  static made = 0;
  readonly number = ++Counter.made;

  handle(...given: unknown[]): unknown[] {
    return [this.number, ...given];
  }
}

/** A class as compilers to old JavaScript write it. */
function OldClass(this: { isOld: boolean }): void {
  this.isOld = true;
}
OldClass.prototype.handle = function (this: { isOld: boolean }): boolean {
  return this.isOld;
};

describe('the callback of a consumer', () => {
  it('may be a function, which gets the message and its context', () => {
    const handler = toHandler((message: unknown, context: unknown) => [message, context]);
    expect(handler(MESSAGE, CONTEXT)).toEqual([MESSAGE, CONTEXT]);
  });

  it('may be a class, which is instantiated once', () => {
    Counter.made = 0;
    const handler = toHandler(Counter as never);
    expect([handler(MESSAGE, CONTEXT), handler(MESSAGE, CONTEXT)]).toEqual([
      [1, MESSAGE, CONTEXT],
      [1, MESSAGE, CONTEXT],
    ]);
  });

  it('may be a class that was compiled to a function', () => {
    expect(toHandler(OldClass as never)(MESSAGE, CONTEXT)).toBe(true);
  });

  it('may be an object, whose handle() is looked up for each message', () => {
    const handling = { n: 1, handle: () => 'first' as unknown };
    const handler = toHandler(handling);
    handling.handle = function (this: { n: number }) {
      return this.n;
    };
    expect(handler(MESSAGE, CONTEXT)).toBe(1);
  });

  it.each([
    ['null', null, 'was given null'],
    ['undefined', undefined, 'was given undefined'],
    ['a text', 'handle', 'was given string'],
    ['an object without handle()', {}, 'was given object'],
    ['an object whose handle is no function', { handle: 1 }, 'was given object'],
  ])('is refused when it is %s', (_, callback, said) => {
    const make = (): unknown => toHandler(callback as never);
    expect(make).toThrow(InvalidCallbackError);
    expect(make).toThrow(
      `A consumer needs a function, or a class or object with a handle() method, but ${said}`,
    );
  });

  it('is refused when it is a class without handle()', () => {
    class Handler {}
    const make = (): unknown => toHandler(Handler as never);
    expect(make).toThrow(InvalidCallbackError);
    expect(make).toThrow("The class Handler can't consume: it has no handle(message) method");
  });

  it.each([
    ['a function', function* onMessage() {}, 'The callback onMessage'],
    ['a method', { *handle() {} }, 'The method handle()'],
    [
      'a method of a class',
      class {
        async *handle() {}
      },
      'The method handle()',
    ],
  ])('is refused when it is a generator: %s', (_, callback, name) => {
    const make = (): unknown => toHandler(callback as never);
    expect(make).toThrow(InvalidCallbackError);
    expect(make).toThrow(
      `${name} can't consume: it is a generator (function*), which does nothing when it is called`,
    );
  });
});

it('isHandling accepts only an object with a method handle()', () => {
  expect(isHandling({ handle: () => undefined })).toBe(true);
  expect([null, undefined, {}, { handle: 1 }, () => undefined, Counter].map(isHandling)).toEqual(
    Array.from({ length: 6 }, () => false),
  );
});

it.each<[unknown, string]>([
  [function onMessage() {}, 'onMessage'],
  [Counter, 'Counter'],
  [new Counter(), 'Counter'],
  [{ handle() {} }, 'callback'],
  [
    (
      () => () =>
        undefined
    )(),
    'callback',
  ],
  [Object.create(null), 'callback'],
])('the log names a callback by its function or class: %#', (callback, name) => {
  expect(nameOfCallback(callback as never)).toBe(name);
});
