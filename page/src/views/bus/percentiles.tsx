import type { JSX } from 'preact';
import type { Percentiles as PercentileValues } from '../../../../lib/page/protocol.js';
import { measured } from '../../text/numbers.js';
import { Figure, Figures } from './figures.js';

interface PercentilesProps {
  readonly title: string;
  /** What was measured, in the plural. */
  readonly what: string;
  /** In milliseconds. */
  readonly values: PercentileValues;
}

/** The distribution of durations. */
export function Percentiles({ title, what, values }: PercentilesProps): JSX.Element {
  return (
    <Figures title={title}>
      <Figure name="p50" value={measured(values.p50)} title={`Half of the ${what} were quicker.`} />
      <Figure name="p95" value={measured(values.p95)} title={`95 % of the ${what} were quicker.`} />
      <Figure name="p99" value={measured(values.p99)} title={`99 % of the ${what} were quicker.`} />
    </Figures>
  );
}
