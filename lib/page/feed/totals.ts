import type { OutcomeCounts } from '../protocol.js';

/** Counts of an application since its start. */
export interface Totals {
  readonly outcomes: OutcomeCounts;
  published: number;
  failedPublishes: number;
}

export function noOutcomes(): OutcomeCounts {
  return { processed: 0, dropped: 0, rejected: 0, failed: 0, invalid: 0 };
}

export function noTotals(): Totals {
  return { outcomes: noOutcomes(), published: 0, failedPublishes: 0 };
}
