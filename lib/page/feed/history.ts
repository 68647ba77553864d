import type { Point } from '../protocol.js';
import { type Durations, durationHistogram, percentilesOf } from './durations.js';
import { noTotals, type Totals } from './totals.js';

/** How long the interval of a point is. */
export const POINT_INTERVAL_MS = 5_000;
/** 15 minutes of points. */
const MAX_POINTS = 180;
/** A point of the day is made of so many points: 5 minutes. */
const POINTS_PER_DAY_POINT = 60;
/** 24 hours of points of the day. */
const MAX_DAY_POINTS = 288;
/** Durations are older than "the last minute or so" after two times so many points. */
const POINTS_PER_AGE = 6;

/** What the history is made of. */
export interface HistorySources {
  readonly totals: Totals;
  /** The messages in hand now. */
  inHand(): number;
  /** The durations of handlers, of all consumers. */
  durations(): Iterable<Durations>;
  /** The latencies of publishes, of all buses. */
  latencies(): Iterable<Durations>;
}

/** The points of the plots: of the last 15 minutes and of the last day. */
export class History {
  readonly minutes: Point[] = [];
  readonly day: Point[] = [];
  private readonly ofPoint = new Interval();
  private readonly ofDayPoint = new Interval();
  private ticks = 0;

  constructor(private readonly sources: HistorySources) {}

  /** Ends the interval of a point. Call it every {@link POINT_INTERVAL_MS}. */
  tick(now: number): void {
    this.ticks++;
    const { totals } = this.sources;
    const inHand = this.sources.inHand();
    for (const durations of this.sources.durations()) {
      durations.endInterval(this.ofPoint.durations);
      this.age(durations);
    }
    for (const latencies of this.sources.latencies()) {
      latencies.endInterval();
      this.age(latencies);
    }
    this.ofDayPoint.durations.add(this.ofPoint.durations);
    keep(this.minutes, this.ofPoint.end(now, totals, inHand), MAX_POINTS);
    if (this.ticks % POINTS_PER_DAY_POINT === 0) {
      keep(this.day, this.ofDayPoint.end(now, totals, inHand), MAX_DAY_POINTS);
    }
  }

  private age(durations: Durations): void {
    if (this.ticks % POINTS_PER_AGE === 0) durations.age();
  }
}

/** The counts and durations since the last point. */
class Interval {
  readonly durations = durationHistogram();
  private before: Totals = noTotals();

  end(at: number, totals: Totals, inHand: number): Point {
    const { before } = this;
    const outcomes = { ...totals.outcomes };
    for (const outcome of Object.keys(outcomes) as (keyof typeof outcomes)[]) {
      outcomes[outcome] -= before.outcomes[outcome];
    }
    const point = {
      at,
      outcomes,
      published: totals.published - before.published,
      failedPublishes: totals.failedPublishes - before.failedPublishes,
      inHand,
      ...percentilesOf(this.durations),
    };
    this.before = { ...totals, outcomes: { ...totals.outcomes } };
    this.durations.reset();
    return point;
  }
}

function keep(points: Point[], point: Point, max: number): void {
  points.push(point);
  if (points.length > max) points.shift();
}
