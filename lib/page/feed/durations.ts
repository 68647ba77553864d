import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import type { Percentiles } from '../protocol.js';

/** Durations are counted in microseconds, up to an hour, with a precision of 1 %. */
const RESOLUTION = { lowest: 1, highest: 3_600_000_000, figures: 2 } as const;
const MICROSECONDS_PER_MILLISECOND = 1000;

/** A histogram of durations in microseconds. */
export function durationHistogram(): RecordableHistogram {
  return createHistogram(RESOLUTION);
}

/** The percentiles of a histogram of durations, in milliseconds. */
export function percentilesOf(histogram: RecordableHistogram): Percentiles {
  const of = (percentile: number): number => histogram.percentile(percentile) / MICROSECONDS_PER_MILLISECOND;
  return { p50: of(50), p95: of(95), p99: of(99) };
}

/** The distribution of the durations of the last minute or so. */
export class Durations {
  private readonly latest = durationHistogram();
  private recent = durationHistogram();
  private older = durationHistogram();
  private readonly sum = durationHistogram();

  record(milliseconds: number): void {
    const microseconds = Math.round(milliseconds * MICROSECONDS_PER_MILLISECOND);
    this.latest.record(
      microseconds < 1 ? 1 : microseconds > RESOLUTION.highest ? RESOLUTION.highest : microseconds,
    );
  }

  get percentiles(): Percentiles {
    this.sum.reset();
    for (const part of [this.older, this.recent, this.latest]) this.sum.add(part);
    return percentilesOf(this.sum);
  }

  /** Ends an interval: adds what was recorded in it to a histogram, if one is given. */
  endInterval(sum?: RecordableHistogram): void {
    if (this.latest.count === 0) return;
    sum?.add(this.latest);
    this.recent.add(this.latest);
    this.latest.reset();
  }

  /** Forgets what is older than the last two calls. */
  age(): void {
    [this.older, this.recent] = [this.recent, this.older];
    this.recent.reset();
  }
}
