import type { Message } from '../../lib/index.js';

/** Collects the arguments of a handler, and lets a test wait for them. */
export class Collector<T = Message<object>> {
  readonly items: T[] = [];
  private waiting: { count: number; resolve: () => void }[] = [];

  /** The handler. */
  readonly add = (item: T): void => {
    this.items.push(item);
    this.waiting = this.waiting.filter(({ count, resolve }) => {
      if (this.items.length < count) return true;
      resolve();
      return false;
    });
  };

  /** Resolves when this many have come. */
  async whenCount(count: number): Promise<T[]> {
    if (this.items.length < count) {
      await new Promise<void>((resolve) => this.waiting.push({ count, resolve }));
    }
    return this.items;
  }
}

/** A promise that the test settles. */
export function deferred<T = void>(): {
  promise: Promise<T>;
  resolve: (value: T) => void;
  reject: (error: Error) => void;
} {
  let resolve!: (value: T) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
