import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { BenchBroker } from './bench-broker.js';
import { type BenchOptions, chosen, parseBenchOptions, USAGE } from './bench-options.js';
import { Benchmark, type ScenarioResult } from './benchmark.js';
import { benchmarkFigures, benchmarkTable, unsupportedLines } from './benchmark-report.js';
import { CONTENDERS } from './contenders.js';
import { describeMachine, machineLine } from './machine.js';
import { peerVersions, preparePeers } from './peers.js';
import { FULL_PAGE_COST, PageCost, QUICK_PAGE_COST } from './page/page-cost.js';
import { pageReport } from './page/page-report.js';
import { quick, SCENARIOS } from './scenarios.js';
import { CURVES, Scale } from './scale/scale.js';
import { FULL_SCALE, QUICK_SCALE } from './scale/scale-points.js';
import { scaleReport } from './scale/scale-report.js';
import { checkWire } from './wire-check.js';

/**
 * The end of a quick run, in milliseconds since its start. Each scenario gets its share of the remaining time. A
 * scenario that has not begun by then is left out.
 */
const QUICK_LIMIT = 96_000;
/** The time that RabbitMQ has to tidy up a full queue, in milliseconds; a quick run has no time for that. */
const REST = 2_000;
/** The shortest time that it measures, in milliseconds, also when installing the peers took the time. */
const QUICK_MINIMUM = 40_000;

const asked = parseBenchOptions(process.argv.slice(2));
if (asked === 'help') console.log(USAGE);
else await main(asked);

async function main(options: BenchOptions): Promise<void> {
  const broker = await BenchBroker.start();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void broker.stop().finally(() => process.exit(1)));
  }
  try {
    const machine = describeMachine(broker.version, broker.data);
    const measure = options.isPage ? measurePage : options.isScale ? measureScale : compareContenders;
    const figures = await measure(broker, options);
    console.log(machineLine(machine));
    if (options.json === undefined) return;
    const written = { ...machine, date: new Date().toISOString(), ...figures };
    writeFileSync(options.json, `${JSON.stringify(written, null, 2)}\n`);
  } finally {
    await broker.stop();
  }
}

async function compareContenders(broker: BenchBroker, options: BenchOptions): Promise<object> {
  const contenders = chosen(CONTENDERS, options.contenders);
  const scenarios = chosen(options.isQuick ? SCENARIOS.map(quick) : SCENARIOS, options.scenarios);
  progress('installing and compiling the peers');
  await preparePeers();
  await checkWire(broker, contenders);
  const { sittings, rounds, profile } = options;
  const benchmark = new Benchmark(broker, contenders, {
    sittings,
    rounds,
    rest: options.isQuick ? undefined : REST,
    nodeOptions: profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${resolve(profile)}`],
  });
  const results: ScenarioResult[] = [];
  const end = options.isQuick ? Math.max(QUICK_LIMIT, performance.now() + QUICK_MINIMUM) : Infinity;
  for (const [i, scenario] of scenarios.entries()) {
    const left = end - performance.now();
    if (left < 0) break;
    progress(scenario.title);
    results.push(await benchmark.run(scenario, left / (scenarios.length - i)));
  }
  console.log(benchmarkTable(results, contenders));
  for (const { title } of scenarios.slice(results.length)) console.log(`${title}: not measured, out of time`);
  for (const line of unsupportedLines(results)) console.log(line);
  return { versions: peerVersions(), scenarios: benchmarkFigures(results) };
}

async function measureScale(broker: BenchBroker, options: BenchOptions): Promise<object> {
  const scale = new Scale(broker, options.isQuick ? QUICK_SCALE : FULL_SCALE, progress);
  const curves = chosen(
    CURVES.map((name) => ({ name })),
    options.scenarios,
  );
  const figures = await scale.measure(curves.map(({ name }) => name));
  console.log(scaleReport(figures));
  return { scale: figures };
}

async function measurePage(broker: BenchBroker, { isQuick }: BenchOptions): Promise<object> {
  const cost = new PageCost(broker, isQuick ? QUICK_PAGE_COST : FULL_PAGE_COST, progress);
  const figures = await cost.measure();
  console.log(pageReport(figures));
  return { page: figures };
}

/** Progress messages, separate from results. */
function progress(what: string): void {
  console.error(`${(performance.now() / 1000).toFixed(0).padStart(4)} s  ${what}`);
}
