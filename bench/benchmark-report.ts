import type { ContenderResult, ScenarioResult } from './benchmark.js';
import { compare, type Comparison, figuresOf, metricOf, type Metric } from './comparison.js';
import type { ContenderDescription, ContenderName } from './contenders.js';
import { short, table } from './table.js';

/** The table of a run: figures of each contender, ratios of this library to others, and the targets. */
export function benchmarkTable(
  results: readonly ScenarioResult[],
  contenders: readonly ContenderDescription[],
): string {
  const others = (['amqplib', 'golevelup'] as const).filter((name) =>
    contenders.some((contender) => contender.name === name),
  );
  return table(
    ['scenario', ...contenders.map(({ title }) => title), ...others.map((name) => `to ${name}`)],
    results.map((result) => [
      result.scenario.title,
      ...result.results.map((each) => figuresCell(each, metricOf(result.scenario))),
      ...others.map((name) => comparisonCell(compare(result, name), name)),
    ]),
  );
}

/** Every figure, for other programs. */
export function benchmarkFigures(results: readonly ScenarioResult[]): unknown {
  return results.map((result) => ({
    ...result.scenario,
    metric: metricOf(result.scenario),
    contenders: Object.fromEntries(
      result.results.map(({ contender, samples, unsupported }) => [
        contender.name,
        unsupported === undefined ? { ...figuresOf(samples), samples } : { unsupported },
      ]),
    ),
    toAmqplib: compare(result, 'amqplib'),
    toGolevelup: compare(result, 'golevelup'),
    toNestMicroservices: compare(result, 'nest-microservices'),
  }));
}

/** The reasons for empty cells. */
export function unsupportedLines(results: readonly ScenarioResult[]): string[] {
  return results.flatMap(({ scenario, results: each }) =>
    each
      .filter(({ unsupported }) => unsupported !== undefined)
      .map(({ contender, unsupported }) => `${scenario.title}: ${contender.title}: ${unsupported}`),
  );
}

function figuresCell({ samples, unsupported }: ContenderResult, metric: Metric): string {
  if (unsupported !== undefined) return '–';
  const { rate, cpu, p50, p99 } = figuresOf(samples);
  if (metric === 'p99') return `p50 ${p50!.toFixed(2)} ms, p99 ${p99!.toFixed(2)} ms`;
  if (metric === 'cpu') return `${short(cpu)} µs`;
  return `${short(rate)}/s, ${short(cpu)} µs`;
}

function comparisonCell(comparison: Comparison | undefined, name: ContenderName): string {
  if (!comparison) return '–';
  const { ratio, target, isMet, isBrokerBound, cpuRatio } = comparison;
  if (!target) return ratio.toFixed(2);
  const sign = target.bound === 'at least' ? '≥' : '≤';
  const outcome = `${ratio.toFixed(2)} (${sign} ${target.ratio.toFixed(2)}) ${isMet ? 'pass' : 'FAIL'}`;
  if (isMet || !isBrokerBound || name !== 'golevelup') return outcome;
  return `${outcome}: the broker's limit, CPU ${cpuRatio.toFixed(2)}`;
}
