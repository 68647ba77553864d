import type { MessageOutcome, SettledOutcome, SeverityName } from '../../../lib/page/protocol.js';

export const SETTLED: readonly SettledOutcome[] = ['processed', 'dropped', 'rejected', 'failed', 'invalid'];
export const OUTCOMES: readonly MessageOutcome[] = ['in-hand', ...SETTLED];
export const SEVERITIES: readonly SeverityName[] = ['debug', 'info', 'warning', 'error'];

/** What an outcome means. */
export const MEANINGS: Record<MessageOutcome, string> = {
  'in-hand': 'its handler works on it',
  processed: 'its handler returned',
  dropped: 'its handler dropped it',
  rejected: 'its handler sent it back into its queue',
  failed: 'its handler threw an error',
  invalid: 'it does not conform to its schema, and no handler got it',
};

export function outcomeName(outcome: MessageOutcome): string {
  return outcome === 'in-hand' ? 'in hand' : outcome;
}
