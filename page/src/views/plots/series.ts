import type { Point } from '../../../../lib/page/protocol.js';
import { duration, rate } from '../../text/numbers.js';
import { SETTLED } from '../../text/outcomes.js';

/** A line of a plot. Its dashes tell it from the others without colour. */
export interface Series {
  readonly label: string;
  /** The custom property of the style sheets that has the colour. */
  readonly color: `--${string}`;
  /** The lengths of dashes and gaps, in pixels; empty for a solid line. */
  readonly dash: readonly number[];
  /** @param seconds the interval of the point */
  readonly valueOf: (point: Point, seconds: number) => number;
}

export interface PlotPlan {
  readonly title: string;
  readonly series: readonly Series[];
  readonly format: (value: number) => string;
  /** Whether its values are whole numbers. */
  readonly isWhole?: boolean;
}

const SOLID: readonly number[] = [];
const DASHES: readonly (readonly number[])[] = [SOLID, [10, 4], [2, 4], [10, 4, 2, 4], [5, 3]];

const perSecond = (value: number): string => `${rate(value)}/s`;

export const PLOTS: readonly PlotPlan[] = [
  {
    title: 'Messages a second, by outcome',
    format: perSecond,
    series: SETTLED.map((outcome, index) => ({
      label: outcome,
      color: `--${outcome}`,
      dash: DASHES[index]!,
      valueOf: ({ outcomes }, seconds) => outcomes[outcome] / seconds,
    })),
  },
  {
    title: 'Durations of handlers',
    format: duration,
    series: [
      { label: 'p50', color: '--line-1', dash: SOLID, valueOf: ({ p50 }) => p50 },
      { label: 'p95', color: '--line-2', dash: DASHES[1]!, valueOf: ({ p95 }) => p95 },
      { label: 'p99', color: '--line-3', dash: DASHES[2]!, valueOf: ({ p99 }) => p99 },
    ],
  },
  {
    title: 'Messages in hand',
    format: rate,
    isWhole: true,
    series: [{ label: 'in hand', color: '--line-1', dash: SOLID, valueOf: ({ inHand }) => inHand }],
  },
  {
    title: 'Publishes a second',
    format: perSecond,
    series: [
      {
        label: 'confirmed',
        color: '--processed',
        dash: SOLID,
        valueOf: ({ published }, seconds) => published / seconds,
      },
      {
        label: 'failed',
        color: '--failed',
        dash: DASHES[3]!,
        valueOf: ({ failedPublishes }, seconds) => failedPublishes / seconds,
      },
    ],
  },
];

/** The values of each line, by point. */
export function valuesOf(
  series: readonly Series[],
  points: readonly Point[],
  seconds: number,
): readonly (readonly number[])[] {
  return series.map(({ valueOf }) => points.map((point) => valueOf(point, seconds)));
}

export interface Summary {
  readonly last: number;
  readonly mean: number;
  readonly most: number;
}

export function summaryOf(values: readonly number[]): Summary {
  const sum = values.reduce((total, value) => total + value, 0);
  return {
    last: values.at(-1) ?? 0,
    mean: values.length > 0 ? sum / values.length : 0,
    most: Math.max(0, ...values),
  };
}
