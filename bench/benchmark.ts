import type { BenchBroker, BenchQueue } from './bench-broker.js';
import type { ContenderDescription } from './contenders.js';
import type { ContenderTasks, Measurement } from './contender/protocol.js';
import type { ConsumeScenario, LatencyScenario, PublishScenario, Scenario } from './scenarios.js';
import { WorkerProcess } from './worker-process.js';

/** One contender in one part of a round. */
export interface Sample extends Measurement {
  readonly p50?: number;
  readonly p99?: number;
}

/** A contender in all parts of a scenario. */
export interface ContenderResult {
  readonly contender: ContenderDescription;
  /** In the order of the parts: the measurements of one part followed each other at once. */
  readonly samples: readonly Sample[];
  /** The reason why there are no figures. */
  readonly unsupported?: string;
}

export interface ScenarioResult {
  readonly scenario: Scenario;
  readonly results: readonly ContenderResult[];
}

export interface BenchmarkOptions {
  /** How many times all contenders get new processes. */
  readonly sittings: number;
  /** The number of measured rounds in each sitting; the scenario divides them into parts. */
  readonly rounds: number;
  /** How long full queues are left alone before they are consumed, in milliseconds; undefined: not at all. */
  readonly rest: number | undefined;
  /** Options of Node for the contenders' processes. */
  readonly nodeOptions: readonly string[];
}

/** The measurement of each contender in it, or the reason why there is none. */
type Part = Map<ContenderDescription, Sample | string>;

type Contestant = { contender: ContenderDescription; process: WorkerProcess<ContenderTasks> };

/** The number of messages before each measurement that are not measured, so that compilers and windows settle. */
const WARM_UP_SHARE = 0.2;

/** Measures contenders side by side. */
export class Benchmark {
  constructor(
    private readonly broker: BenchBroker,
    private readonly contenders: readonly ContenderDescription[],
    private readonly options: BenchmarkOptions,
  ) {}

  /**
   * All rounds of a scenario. In each part of a round, every contender has its turn. The first rounds of a sitting only
   * warm up.
   *
   * @param limit the time in milliseconds after which no part may end, except the first measured part; a part is
   * expected to take the average of the parts before it
   */
  async run(scenario: Scenario, limit: number): Promise<ScenarioResult> {
    const start = performance.now();
    const parts: Part[] = [];
    const isOver = (): boolean => {
      const taken = performance.now() - start;
      return parts.length > 0 && taken + taken / (parts.length + 1) > limit;
    };
    for (let sitting = 0; sitting < this.options.sittings; sitting++) {
      await this.sit(scenario, parts, isOver);
    }
    return { scenario, results: this.contenders.map((contender) => gathered(contender, parts)) };
  }

  /** Rounds with new processes, added to the rounds before. */
  private async sit(scenario: Scenario, parts: Part[], isOver: () => boolean): Promise<void> {
    if (isOver()) return;
    const contestants = this.contenders.map((contender) => ({
      contender,
      process: WorkerProcess.start<ContenderTasks>(contender.module, this.options.nodeOptions),
    }));
    try {
      const { parts: partsOfRound, warmUpRounds } = scenario;
      for (let part = 0; part < partsOfRound * warmUpRounds; part++)
        await this.runPart(scenario, contestants);
      for (let part = 0; part < partsOfRound * this.options.rounds && !isOver(); part++) {
        parts.push(await this.runPart(scenario, rotated(contestants, parts.length)));
      }
      await Promise.all(contestants.map(({ process }) => process.stop()));
    } catch (error) {
      for (const { process } of contestants) process.kill();
      throw error;
    }
  }

  private async runPart(scenario: Scenario, contestants: readonly Contestant[]): Promise<Part> {
    const samples: Part = new Map();
    const queues = await this.queuesFor(scenario, contestants.length);
    for (const [i, { contender, process }] of contestants.entries()) {
      samples.set(contender, await this.measure(scenario, process, queues[i]!));
    }
    return samples;
  }

  private measure(
    scenario: Scenario,
    process: WorkerProcess<ContenderTasks>,
    queue: BenchQueue,
  ): Promise<Sample | string> {
    switch (scenario.kind) {
      case 'publish':
        return this.publish(scenario, process, queue);
      case 'consume':
        return this.consume(scenario, process, queue);
      case 'latency':
        return this.latency(scenario, process, queue);
    }
  }

  /** All contenders of a part are prepared first, so that their measurements follow each other at once. */
  private async queuesFor(scenario: Scenario, contenders: number): Promise<BenchQueue[]> {
    const queues: BenchQueue[] = [];
    while (queues.length < contenders) queues.push(await this.broker.addQueue());
    if (scenario.kind !== 'consume') return queues;
    const count = this.warmUpOf(scenario) + scenario.count;
    for (const { topic } of queues) await this.broker.fill(topic, { ...scenario, count });
    if (this.options.rest !== undefined) await this.broker.rest(this.options.rest);
    return queues;
  }

  private async publish(
    scenario: PublishScenario,
    process: WorkerProcess<ContenderTasks>,
    queue: BenchQueue,
  ): Promise<Sample> {
    const { bodySize, inFlight, isRouted } = scenario;
    const topic = isRouted ? queue.topic : `${queue.topic}.nowhere`;
    const sample = await process.do('publish', { ...this.common(scenario), topic, bodySize, inFlight });
    const expected = isRouted ? this.warmUpOf(scenario) + scenario.count : 0;
    await this.removeQueue(queue, expected);
    return sample;
  }

  private async consume(
    scenario: ConsumeScenario,
    process: WorkerProcess<ContenderTasks>,
    { queue, topic }: BenchQueue,
  ): Promise<Sample | string> {
    const { prefetch, validation, enhancers } = scenario;
    const task = { ...this.common(scenario), queue, prefetch, validation, enhancers };
    const { enhanced, ...sample } = await process.do('consume', task);
    await this.removeQueue({ queue, topic }, 0);
    const expected = enhancers ? task.warmUp + task.count : 0;
    if (enhanced !== expected) {
      return `guard and interceptor saw ${enhanced} of ${expected} messages`;
    }
    return sample;
  }

  private async latency(
    scenario: LatencyScenario,
    process: WorkerProcess<ContenderTasks>,
    queue: BenchQueue,
  ): Promise<Sample> {
    const { bodySize, prefetch, rate } = scenario;
    const task = { ...this.common(scenario), ...queue, bodySize, prefetch, rate };
    const sample = await process.do('latency', task);
    await this.removeQueue(queue, 0);
    return sample;
  }

  private common(scenario: Scenario): { amqpUrl: string; warmUp: number; count: number } {
    return {
      amqpUrl: this.broker.amqpUrl,
      warmUp: this.warmUpOf(scenario),
      count: scenario.count,
    };
  }

  private warmUpOf(scenario: Scenario): number {
    return Math.ceil(scenario.count * WARM_UP_SHARE);
  }

  /** A message that was not published, or not acknowledged, does not count. */
  private async removeQueue(queue: BenchQueue, expected: number): Promise<void> {
    const left = await this.broker.removeQueue(queue);
    if (left !== expected) throw new Error(`The queue should have ${expected} messages, but has ${left}`);
  }
}

/** The contender that is first in one part is last in the next. */
function rotated<T>(items: readonly T[], by: number): T[] {
  const start = by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}

function gathered(contender: ContenderDescription, parts: readonly Part[]): ContenderResult {
  const outcomes = parts.map((part) => part.get(contender)!);
  const unsupported = outcomes.find((outcome) => typeof outcome === 'string');
  const samples = outcomes.filter((outcome) => typeof outcome !== 'string');
  return unsupported === undefined ? { contender, samples } : { contender, samples: [], unsupported };
}
