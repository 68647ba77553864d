import { types } from 'node:util';
import { isObservable, lastValueFrom } from 'rxjs';

/**
 * The promise that a handler waits for if it has returned this; undefined when the handler is done. What the promise
 * resolves with may be one more thing to wait for. An observable is subscribed to.
 *
 * @throws TypeError when it is a generator: nothing of the handler's body has been run, and nothing will run it
 */
export function pendingOf(returned: unknown): Promise<unknown> | undefined {
  const promise = promiseOf(returned);
  if (!promise) assertWasRun(returned);
  return promise;
}

/**
 * Resolves when a handler that has returned this is done.
 *
 * @throws what the handler failed with
 */
export async function completionOf(returned: unknown): Promise<void> {
  assertWasRun(await valueOf(returned));
}

/** What promises and observables come to; an observable of nothing comes to undefined. */
export async function valueOf(returned: unknown): Promise<unknown> {
  let value = returned;
  for (let promise = promiseOf(value); promise; promise = promiseOf(value)) value = await promise;
  return value;
}

function promiseOf(value: unknown): Promise<unknown> | undefined {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return undefined;
  if (isObservable(value)) return lastValueFrom(value, { defaultValue: undefined });
  return isThenable(value) ? Promise.resolve(value) : undefined;
}

function assertWasRun(returned: unknown): void {
  if (typeof returned !== 'object' || !types.isGeneratorObject(returned)) return;
  throw new TypeError(
    'The handler returned a generator, and nothing of its body has been run: make the handler an async function, or let it return a promise or an observable',
  );
}

function isThenable(value: object): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown }).then === 'function';
}
