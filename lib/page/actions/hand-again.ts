import {
  completionOf,
  type DeliveryOutcome,
  type FedoraMessagingContext,
  type MessageHandler,
} from '../../consuming/index.js';
import { Drop, HaltConsumer, toOutcome } from '../../exceptions/index.js';

/** How a handler ended that was given a message again. */
export interface SecondOutcome {
  readonly outcome: DeliveryOutcome;
  readonly milliseconds: number;
  /** What the handler threw; undefined when it threw nothing. */
  readonly thrown: unknown;
}

/** Calls a handler with a message of the past. The broker, the queue and the consumer do not notice it. */
export async function handAgain(
  handler: MessageHandler,
  context: FedoraMessagingContext,
): Promise<SecondOutcome> {
  const startedAt = performance.now();
  let outcome: DeliveryOutcome = 'processed';
  let thrown: unknown;
  try {
    await completionOf(handler(context.message, context));
  } catch (error) {
    thrown = error;
    outcome = outcomeOf(error);
  }
  return { outcome, milliseconds: performance.now() - startedAt, thrown };
}

/** The outcome of a handler that threw, as for a delivery. */
function outcomeOf(thrown: unknown): DeliveryOutcome {
  const outcome = toOutcome(thrown);
  if (outcome === undefined) return 'failed';
  if (outcome instanceof Drop) return 'dropped';
  return outcome instanceof HaltConsumer && !outcome.requeue ? 'processed' : 'rejected';
}
