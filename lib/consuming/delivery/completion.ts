import { types } from 'node:util';
import { isObservable, lastValueFrom } from 'rxjs';

/**
 * The promise that a handler waits for if it has returned this; undefined when the handler is done. What the promise
 * resolves with may be one more thing to wait for. An observable is subscribed to.
 *
 * @throws TypeError when it is a generator: nothing of the handler's body has been run, and nothing will run it
 */
export function pendingOf(returned: unknown): Promise<unknown> | undefined {
  if (returned === null || (typeof returned !== 'object' && typeof returned !== 'function')) return undefined;
  if (isObservable(returned)) return lastValueFrom(returned, { defaultValue: undefined });
  if (isThenable(returned)) return Promise.resolve(returned);
  if (!types.isGeneratorObject(returned)) return undefined;
  throw new TypeError(
    'The handler returned a generator, and nothing of its body has been run: make the handler an async function, or let it return a promise or an observable',
  );
}

/**
 * Resolves when a handler that has returned this is done.
 *
 * @throws what the handler failed with
 */
export async function completionOf(returned: unknown): Promise<void> {
  for (let value = returned, pending = pendingOf(value); pending; pending = pendingOf(value)) {
    value = await pending;
  }
}

function isThenable(value: object): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown }).then === 'function';
}
