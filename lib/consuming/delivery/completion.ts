import { types } from 'node:util';
import { isObservable, lastValueFrom } from 'rxjs';

/**
 * The promise to wait for after a handler has returned `returned`; undefined when the handler is done. The promise
 * may resolve with a further promise or observable, which has to be waited for, too. An observable is subscribed to.
 *
 * @throws TypeError when it is a generator: the handler's body has not been run, and nothing will run it
 */
export function pendingOf(returned: unknown): Promise<unknown> | undefined {
  const promise = promiseOf(returned);
  if (!promise) assertWasRun(returned);
  return promise;
}

/**
 * Resolves when the handler that returned `returned` is done.
 *
 * @throws the error of the handler
 */
export async function completionOf(returned: unknown): Promise<void> {
  assertWasRun(await valueOf(returned));
}

/** The final value of nested promises and observables; undefined for an observable that emits nothing. */
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
    'The handler returned a generator, whose code has not run: make the handler an async function, or return a promise or an observable',
  );
}

function isThenable(value: object): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown }).then === 'function';
}
