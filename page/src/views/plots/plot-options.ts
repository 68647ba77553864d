import type uPlot from 'uplot';
import { hour } from '../../text/times.js';
import { labelPlaces } from './label-places.js';
import type { PlotPlan } from './series.js';

const FONT = '12px system-ui, sans-serif';
const LABEL_HEIGHT = 15;
/** The room for the labels at the ends of the lines. */
const LABEL_WIDTH = 76;
/** The distances of the lines on an axis of whole numbers. */
const WHOLE_STEPS = Array.from({ length: 9 }, (_, power) =>
  [1, 2, 5].map((step) => step * 10 ** power),
).flat();

/**
 * The options of uPlot for a plot.
 *
 * @param span the seconds that are shown, up to the last point
 * @param colorOf reads a custom property of the style sheets
 * @param onCursor gets the index of the point under the pointer
 */
export function plotOptions(
  { series, format, isWhole = false }: PlotPlan,
  span: number,
  size: { readonly width: number; readonly height: number },
  colorOf: (property: string) => string,
  onCursor: (index: number | undefined) => void,
): uPlot.Options {
  const axis = { stroke: colorOf('--faint'), font: FONT, grid: { stroke: colorOf('--grid'), width: 1 } };
  return {
    ...size,
    legend: { show: false },
    padding: [10, LABEL_WIDTH, 0, 0],
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
    scales: {
      x: { range: (_, __, last) => [last - span, last] },
      y: { range: (_, __, most) => [0, most > 0 ? most * 1.1 : 1] },
    },
    axes: [
      {
        ...axis,
        size: 28,
        ticks: { ...axis.grid, size: 4 },
        values: (_, times) => times.map((time) => hour(time * 1_000)),
        space: 64,
      },
      {
        ...axis,
        ticks: { show: false },
        size: 58,
        space: 34,
        ...(isWhole && { incrs: WHOLE_STEPS }),
        values: (_, values) => values.map(format),
      },
    ],
    series: [
      {},
      ...series.map(({ label, color, dash }) => ({
        label,
        stroke: colorOf(color),
        dash: [...dash],
        width: 1.6,
        points: { show: false },
      })),
    ],
    hooks: {
      draw: [(plot) => drawLabels(plot, (index) => colorOf(series[index]!.color))],
      setCursor: [({ cursor: { idx } }) => onCursor(idx ?? undefined)],
    },
  };
}

/** Writes the name of each line at its end; lines that are 0 have none, because they would cover each other. */
function drawLabels(plot: uPlot, colorOf: (index: number) => string): void {
  const { ctx, bbox } = plot;
  const scale = devicePixelRatio;
  const lines = plot.series.slice(1).map(({ label }, index) => {
    const last = plot.data[index + 1]!.at(-1) ?? 0;
    return { label: label as string, index, last };
  });
  const shown = lines.filter(({ last }) => last > 0);
  const wanted = shown.map(({ last }) => plot.valToPos(last, 'y', true));
  const places = labelPlaces(wanted, LABEL_HEIGHT * scale, bbox.top + bbox.height);
  ctx.save();
  ctx.font = FONT.replace('12', String(12 * scale));
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'left';
  shown.forEach(({ label, index }, place) => {
    ctx.fillStyle = colorOf(index);
    ctx.fillText(label, bbox.left + bbox.width + 8 * scale, places[place]!);
  });
  ctx.restore();
}
