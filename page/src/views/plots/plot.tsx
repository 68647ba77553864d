import type { JSX } from 'preact';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import type { Point } from '../../../../lib/page/protocol.js';
import { PlotTable } from './plot-table.js';
import { plotOptions } from './plot-options.js';
import { type PlotPlan, summaryOf, valuesOf } from './series.js';

const HEIGHT = 200;

interface PlotProps {
  readonly plan: PlotPlan;
  readonly points: readonly Point[];
  /** The interval of a point. */
  readonly seconds: number;
  /** The number of points of a full history. */
  readonly length: number;
  readonly theme: string;
}

/** Lines over time, with a table of what they show. */
export function Plot({ plan, points, seconds, length, theme }: PlotProps): JSX.Element {
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  const [cursor, setCursor] = useState<number>();
  const values = useMemo(() => valuesOf(plan.series, points, seconds), [plan, points, seconds]);
  const lines = [points.map(({ at }) => at / 1_000), ...values] as unknown as uPlot.AlignedData;

  useLayoutEffect(() => {
    const element = frame.current!;
    const styles = getComputedStyle(element);
    const colorOf = (property: string): string => styles.getPropertyValue(property).trim();
    const sizeOf = (): { width: number; height: number } => ({ width: element.clientWidth, height: HEIGHT });
    plot.current = new uPlot(
      plotOptions(plan, seconds * length, sizeOf(), colorOf, setCursor),
      lines,
      element,
    );
    const observer = new ResizeObserver(() => plot.current?.setSize(sizeOf()));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.current?.destroy();
    };
  }, [plan, theme]);

  useLayoutEffect(() => plot.current?.setData(lines), [values]);

  return (
    <figure class="plot">
      <figcaption>
        <h3>{plan.title}</h3>
      </figcaption>
      <div class="plot-frame" ref={frame} role="img" aria-label={spoken(plan, values)} />
      <PlotTable plan={plan} values={values} cursor={cursor} at={points[cursor ?? -1]?.at} />
    </figure>
  );
}

/** The plot in a sentence. */
function spoken({ title, series, format }: PlotPlan, values: readonly (readonly number[])[]): string {
  const lines = series.map(({ label }, index) => {
    const { last, most } = summaryOf(values[index]!);
    return `${label} ${format(last)} now, ${format(most)} at most`;
  });
  return `${title}: ${lines.join('; ')}`;
}
