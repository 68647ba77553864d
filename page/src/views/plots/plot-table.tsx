import type { JSX } from 'preact';
import { Time } from '../../parts/time.js';
import { type PlotPlan, type Series, summaryOf } from './series.js';

interface PlotTableProps {
  readonly plan: PlotPlan;
  readonly values: readonly (readonly number[])[];
  /** The point under the pointer, and its time. */
  readonly cursor?: number;
  readonly at?: number;
}

/** The legend of a plot, with the figures of its lines. */
export function PlotTable({
  plan: { series, format, title },
  values,
  cursor,
  at,
}: PlotTableProps): JSX.Element {
  return (
    <table class="plot-table">
      <caption class="unseen">{title}</caption>
      <thead>
        <tr>
          <th scope="col">line</th>
          <th scope="col">{cursor === undefined || at === undefined ? 'now' : <Time at={at} />}</th>
          <th scope="col">mean</th>
          <th scope="col">most</th>
        </tr>
      </thead>
      <tbody>
        {series.map((line, index) => {
          const { last, mean, most } = summaryOf(values[index]!);
          return (
            <tr key={line.label}>
              <th scope="row">
                <Sample series={line} /> {line.label}
              </th>
              <td>{format((cursor === undefined ? undefined : values[index]![cursor]) ?? last)}</td>
              <td>{format(mean)}</td>
              <td>{format(most)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** A piece of the line, as it is drawn. */
function Sample({ series: { color, dash } }: { series: Series }): JSX.Element {
  return (
    <svg class="sample" width="30" height="8" viewBox="0 0 30 8" aria-hidden="true">
      <line
        x1="0"
        y1="4"
        x2="30"
        y2="4"
        stroke-width="2"
        stroke-dasharray={dash.join(' ')}
        style={{ stroke: `var(${color})` }}
      />
    </svg>
  );
}
