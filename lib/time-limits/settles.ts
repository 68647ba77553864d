import { LONGEST_TIMEOUT } from './longest-timeout.js';

/**
 * Whether a promise is fulfilled or rejected within a time limit. To learn its value or its error, await the promise itself.
 *
 * @param limit in milliseconds; beyond {@link LONGEST_TIMEOUT}, there is none
 */
export function settlesWithin(promise: Promise<unknown>, limit: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = limit > LONGEST_TIMEOUT ? undefined : setTimeout(resolve, Math.max(limit, 0), false);
    const onSettled = (): void => {
      clearTimeout(timer);
      resolve(true);
    };
    promise.then(onSettled, onSettled);
  });
}

/**
 * Whether a promise is fulfilled or rejected before a signal is aborted. To learn its value or its error, await the promise
 * itself.
 */
export function settlesBefore(promise: Promise<unknown>, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const onAbort = (): void => resolve(false);
    const onSettled = (): void => {
      signal.removeEventListener('abort', onAbort);
      resolve(true);
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    promise.then(onSettled, onSettled);
  });
}
