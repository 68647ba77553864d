import { expect } from 'vitest';

/** The reason with which a promise rejects. */
export function errorOf(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => expect.unreachable('it did not fail'),
    (error: Error) => error,
  );
}
