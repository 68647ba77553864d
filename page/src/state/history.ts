import type { Point } from '../../../lib/page/protocol.js';

/** The intervals and lengths of the two histories, as the server keeps them. */
export const MINUTES = { seconds: 5, points: 180 };
export const DAY = { seconds: 300, points: 288 };

/** The history after its next point; the oldest points leave it. */
export function withPoint(
  history: readonly Point[],
  point: Point | undefined,
  { points }: { points: number },
): readonly Point[] {
  return point ? [...history, point].slice(-points) : history;
}

/** Messages settled in an interval, over all outcomes. */
export function settledIn({ outcomes }: Point): number {
  return Object.values(outcomes).reduce((sum, count) => sum + count, 0);
}
