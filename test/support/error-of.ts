import { expect } from 'vitest';

/** What a promise is rejected with. */
export function errorOf(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => expect.unreachable('it did not fail'),
    (error: Error) => error,
  );
}
