import { Drop } from './drop.exception.js';
import { HaltConsumer } from './halt-consumer.exception.js';
import { Nack } from './nack.exception.js';

/** A handler throws an outcome to decide what happens to its message. Any other thrown value is an error. */
export type Outcome = Nack | Drop | HaltConsumer;

const OUTCOMES = [Nack, Drop, HaltConsumer] as const;

/**
 * The outcome that was thrown; undefined for an error. As in Python, a thrown class counts as an instance of it:
 * `throw Nack`. An outcome whose getter throws is an error. Never throws.
 */
export function toOutcome(thrown: unknown): Outcome | undefined {
  try {
    const outcome = typeof thrown === 'function' ? instanceOf(thrown) : thrown;
    if (!OUTCOMES.some((kind) => outcome instanceof kind)) return undefined;
    if (outcome instanceof HaltConsumer) void [outcome.requeue, outcome.exitCode];
    return outcome as Outcome;
  } catch {
    return undefined;
  }
}

function instanceOf(thrown: object): unknown {
  const { prototype } = thrown as { prototype?: unknown };
  const isOutcomeClass = OUTCOMES.some((kind) => thrown === kind || prototype instanceof kind);
  return isOutcomeClass ? new (thrown as new () => Outcome)() : undefined;
}
