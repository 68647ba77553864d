import { setImmediate } from 'node:timers/promises';

/** How long work runs before the event loop gets a turn, in milliseconds. */
const TURN_MS = 10;

/** Runs all steps of a piece of work at once. */
export function atOnce<Result>(steps: Generator<void, Result>): Result {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** Runs the steps of a piece of work, and gives the event loop a turn every {@link TURN_MS} ms. */
export async function inTurns<Result>(steps: Generator<void, Result>): Promise<Result> {
  for (let end = performance.now() + TURN_MS; ;) {
    const { done, value } = steps.next();
    if (done) return value;
    if (performance.now() < end) continue;
    await setImmediate();
    end = performance.now() + TURN_MS;
  }
}
