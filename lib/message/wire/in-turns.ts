import { setImmediate } from 'node:timers/promises';

/** After so much work, others have a turn of the event loop. */
const TURN_MS = 10;

/** Takes all steps of a piece of work, without a turn for others. */
export function atOnce<Result>(steps: Generator<void, Result>): Result {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** Takes the steps of a piece of work, with turns of the event loop for others between them. */
export async function inTurns<Result>(steps: Generator<void, Result>): Promise<Result> {
  for (let end = performance.now() + TURN_MS; ;) {
    const { done, value } = steps.next();
    if (done) return value;
    if (performance.now() < end) continue;
    await setImmediate();
    end = performance.now() + TURN_MS;
  }
}
