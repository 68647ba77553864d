import type { JSX } from 'preact';
import { clock, dayAndClock, iso } from '../text/times.js';

/** A time in the viewer's zone; the exact time in UTC is shown on hover. */
export function Time({ at, hasDay = false }: { at: number; hasDay?: boolean }): JSX.Element {
  return (
    <time dateTime={iso(at)} title={iso(at)}>
      {hasDay ? dayAndClock(at) : clock(at)}
    </time>
  );
}
