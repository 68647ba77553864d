import { Drop } from './drop.exception.js';
import { HaltConsumer } from './halt-consumer.exception.js';
import { Nack } from './nack.exception.js';

/** What a handler throws to say what becomes of its message. Everything else that it throws is an error. */
export type Outcome = Nack | Drop | HaltConsumer;

const OUTCOMES = [Nack, Drop, HaltConsumer] as const;

/**
 * The outcome that was thrown; undefined when it is an error. As in Python, the class alone stands for an instance of it:
 * `throw Nack`. An outcome that can't be read, because of a getter of its own, is an error. Never throws.
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
