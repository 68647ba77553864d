import type uPlot from 'uplot';
import { expect, it, vi } from 'vitest';
import { labelPlaces } from '../src/views/plots/label-places.js';
import { plotOptions } from '../src/views/plots/plot-options.js';
import { PlotTable } from '../src/views/plots/plot-table.js';
import { PLOTS, summaryOf, valuesOf } from '../src/views/plots/series.js';
import { point } from './records.js';
import { rendered, textOf } from './rendered.js';

const POINTS = [
  point(5_000, { outcomes: { processed: 50, dropped: 5, rejected: 0, failed: 10, invalid: 0 }, inHand: 4 }),
  point(10_000, { outcomes: { processed: 100, dropped: 0, rejected: 0, failed: 0, invalid: 0 }, inHand: 8 }),
];
const [RATES, DURATIONS, IN_HAND, PUBLISHES] = PLOTS;

it('the plots show rates by outcome, durations and messages in hand, and publishes', () => {
  expect(PLOTS.map(({ series }) => series.map(({ label }) => label))).toEqual([
    ['processed', 'dropped', 'rejected', 'failed', 'invalid'],
    ['p50', 'p95', 'p99'],
    ['in hand'],
    ['confirmed', 'failed'],
  ]);
});

it('rates are per second, whatever the interval of the points', () => {
  expect(valuesOf(RATES!.series, POINTS, 5).slice(0, 2)).toEqual([
    [10, 20],
    [1, 0],
  ]);
  expect(valuesOf(RATES!.series, POINTS, 300)[0]![1]).toBeCloseTo(1 / 3);
  expect(valuesOf(IN_HAND!.series, POINTS, 300)).toEqual([[4, 8]]);
});

it('the plots of durations and of publishes have the values of their points', () => {
  const points = [
    point(5_000, { p50: 1, p95: 2, p99: 3, published: 50, failedPublishes: 5 }),
    point(10_000, { p50: 4, p95: 5, p99: 6, published: 100, failedPublishes: 0 }),
  ];
  expect(valuesOf(DURATIONS!.series, points, 5)).toEqual([
    [1, 4],
    [2, 5],
    [3, 6],
  ]);
  expect(valuesOf(PUBLISHES!.series, points, 5)).toEqual([
    [10, 20],
    [1, 0],
  ]);
});

it('a plot shows its time up to the last point, also when the history is not full', () => {
  const { scales } = plotOptions(RATES!, 900, { width: 100, height: 100 }, (name) => name, vi.fn());
  const range = scales!.x!.range as (plot: uPlot, first: number, last: number) => [number, number];
  expect(range({} as uPlot, 4_000, 5_000)).toEqual([4_100, 5_000]);
});

it('the lines of a plot differ without colour: each has dashes of its own', () => {
  for (const { series } of PLOTS) {
    expect(new Set(series.map(({ dash }) => dash.join())).size).toBe(series.length);
  }
  const { series } = plotOptions(RATES!, 900, { width: 100, height: 100 }, (name) => name, vi.fn());
  expect(series.slice(1).map(({ dash, label }) => [label, dash])).toEqual(
    RATES!.series.map(({ dash, label }) => [label, dash]),
  );
});

it('the table of a plot has the last, mean and greatest value, or the value under the pointer', () => {
  const values = valuesOf(RATES!.series, POINTS, 5);
  const [first] = rendered(<PlotTable plan={RATES!} values={values} />).querySelectorAll('tbody tr');
  expect([...first!.children].map(textOf)).toEqual(['processed', '20/s', '15/s', '20/s']);
  const table = rendered(<PlotTable plan={RATES!} values={values} cursor={0} at={5_000} />);
  expect(textOf(table.querySelector('tbody tr td'))).toBe('10/s');
  expect(table.querySelector('thead time')!.getAttribute('datetime')).toBe('1970-01-01T00:00:05.000Z');
});

it('a history without points has zeros', () => {
  expect(summaryOf([])).toEqual({ last: 0, mean: 0, most: 0 });
  expect(valuesOf(DURATIONS!.series, [], 5)).toEqual([[], [], []]);
});

it('the labels of lines that end at the same height do not cover each other, and stay within the plot', () => {
  expect(labelPlaces([50, 10], 15, 100)).toEqual([50, 10]);
  expect(labelPlaces([50, 50, 52], 15, 100)).toEqual([50, 65, 80]);
  expect(labelPlaces([98, 99, 100], 15, 100)).toEqual([70, 85, 100]);
});
