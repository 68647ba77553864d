import type { ContenderResult, Sample, ScenarioResult } from './benchmark.js';
import type { ContenderName } from './contenders.js';
import { median } from './contender/percentile.js';
import type { Scenario } from './scenarios.js';
import { isMet, type Target, TARGETS_TO_AMQPLIB, targetToGolevelup } from './targets.js';

/** The figure that decides in a scenario. */
export type Metric = 'rate' | 'cpu' | 'p99';

/** Medians over the parts of all rounds. */
export interface Figures {
  /** Messages per second. */
  readonly rate: number;
  /** CPU time of the contender per message, in microseconds. */
  readonly cpu: number;
  /** The share of the time in which the contender had a CPU: at 1 or more, the contender itself is the limit. */
  readonly busy: number;
  /** In milliseconds, of a latency scenario. */
  readonly p50?: number;
  readonly p99?: number;
}

/** The comparison of this library with another contender. */
export interface Comparison {
  /** The median of the ratios; each ratio is of measurements that followed each other. */
  readonly ratio: number;
  readonly lowest: number;
  readonly highest: number;
  readonly target?: Target;
  readonly isMet?: boolean;
  /**
   * The ratio of the other's CPU time per message to this library's: if the broker sets the limit, only CPU time can be
   * saved.
   */
  readonly cpuRatio: number;
  /** Whether the library had time to spare, so that the broker set the limit. */
  readonly isBrokerBound: boolean;
}

/** Below this share of a CPU, the contender waits for the broker. */
const IDLE = 0.75;

export function metricOf(scenario: Scenario): Metric {
  if (scenario.kind === 'latency') return 'p99';
  return scenario.kind === 'publish' && !scenario.isRouted ? 'cpu' : 'rate';
}

export function figuresOf(samples: readonly Sample[]): Figures {
  const of = (value: (sample: Sample) => number): number => median(samples.map(value));
  const figures = { rate: of(rateOf), cpu: of(cpuOf), busy: of(({ cpu, elapsed }) => cpu / elapsed / 1000) };
  if (samples[0]?.p99 === undefined) return figures;
  return { ...figures, p50: of(({ p50 }) => p50!), p99: of(({ p99 }) => p99!) };
}

/** Compares this library with another contender; undefined if one of them has no figures. */
export function compare({ scenario, results }: ScenarioResult, other: ContenderName): Comparison | undefined {
  const own = samplesOf(results, 'nestjs-fedora-messaging');
  const others = samplesOf(results, other);
  if (own.length === 0 || others.length === 0) return undefined;
  const metric = metricOf(scenario);
  const ratios = own.map((sample, i) => valueOf(sample, metric) / valueOf(others[i]!, metric));
  const ratio = median(ratios);
  const target =
    other === 'amqplib'
      ? TARGETS_TO_AMQPLIB[scenario.name]
      : other === 'golevelup'
        ? targetToGolevelup(scenario.kind, metric !== 'rate')
        : undefined;
  return {
    ratio,
    lowest: Math.min(...ratios),
    highest: Math.max(...ratios),
    ...(target && { target, isMet: isMet(target, ratio) }),
    cpuRatio: median(own.map((sample, i) => cpuOf(others[i]!) / cpuOf(sample))),
    isBrokerBound: metric === 'rate' && figuresOf(own).busy < IDLE,
  };
}

function samplesOf(results: readonly ContenderResult[], name: ContenderName): readonly Sample[] {
  return results.find(({ contender }) => contender.name === name)?.samples ?? [];
}

function valueOf(sample: Sample, metric: Metric): number {
  return metric === 'rate' ? rateOf(sample) : metric === 'cpu' ? cpuOf(sample) : sample.p99!;
}

function rateOf({ count, elapsed }: Sample): number {
  return (count / elapsed) * 1000;
}

function cpuOf({ cpu, count }: Sample): number {
  return cpu / count;
}
