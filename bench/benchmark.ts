import type { BenchBroker, BenchQueue } from './bench-broker.js';
import type { ContenderDescription } from './contenders.js';
import type { ContenderTasks, Measurement } from './contender/protocol.js';
import type { ConsumeScenario, LatencyScenario, PublishScenario, Scenario } from './scenarios.js';
import { WorkerProcess } from './worker-process.js';

/** One contender in one round. */
export interface Sample extends Measurement {
  readonly p50?: number;
  readonly p99?: number;
}

/** A contender in all rounds of a scenario. */
export interface ContenderResult {
  readonly contender: ContenderDescription;
  /** In the order of the rounds: those of one round were measured right after each other. */
  readonly samples: readonly Sample[];
  /** Why there is none. */
  readonly unsupported?: string;
}

export interface ScenarioResult {
  readonly scenario: Scenario;
  readonly results: readonly ContenderResult[];
}

export interface BenchmarkOptions {
  /** How many times all contenders get new processes. */
  readonly sittings: number;
  /** How many rounds of each sitting are measured. */
  readonly rounds: number;
  /** How long a full queue is left alone before it is consumed, in milliseconds; it is not, when undefined. */
  readonly rest: number | undefined;
  /** What the counts of the scenarios are divided by. */
  readonly divisor: number;
  /** Options of Node for the contenders' processes. */
  readonly nodeOptions: readonly string[];
}

/** What each contender did in it, or why it can't. */
type Round = Map<ContenderDescription, Sample | string>;

type Contestant = { contender: ContenderDescription; process: WorkerProcess<ContenderTasks> };

/** Messages that are not measured, for compilers and windows to settle, before each measurement. */
const WARM_UP_SHARE = 0.2;

/** Measures contenders side by side. */
export class Benchmark {
  constructor(
    private readonly broker: BenchBroker,
    private readonly contenders: readonly ContenderDescription[],
    private readonly options: BenchmarkOptions,
  ) {}

  /**
   * Rounds of a scenario: in each, every contender has its turn. The first of a sitting only warm up.
   *
   * @param limit no round begins that would end later than after so many milliseconds, but for the first that is
   *   measured; a round takes as long as those before did on average
   */
  async run(scenario: Scenario, limit: number): Promise<ScenarioResult> {
    const start = performance.now();
    const rounds: Round[] = [];
    const isOver = (): boolean => {
      const taken = performance.now() - start;
      return rounds.length > 0 && taken + taken / (rounds.length + 1) > limit;
    };
    for (let sitting = 0; sitting < this.options.sittings; sitting++) {
      await this.sit(scenario, rounds, isOver);
    }
    return { scenario, results: this.contenders.map((contender) => gathered(contender, rounds)) };
  }

  /** Rounds with processes of their own, added to those before. */
  private async sit(scenario: Scenario, rounds: Round[], isOver: () => boolean): Promise<void> {
    if (isOver()) return;
    const contestants = this.contenders.map((contender) => ({
      contender,
      process: WorkerProcess.start<ContenderTasks>(contender.module, this.options.nodeOptions),
    }));
    try {
      const warmUps = Math.ceil(scenario.warmUpRounds / this.options.divisor);
      for (let round = 0; round < warmUps; round++) await this.runRound(scenario, contestants);
      for (let round = 0; round < this.options.rounds && !isOver(); round++) {
        rounds.push(await this.runRound(scenario, rotated(contestants, rounds.length)));
      }
      await Promise.all(contestants.map(({ process }) => process.stop()));
    } catch (error) {
      for (const { process } of contestants) process.kill();
      throw error;
    }
  }

  private async runRound(scenario: Scenario, contestants: readonly Contestant[]): Promise<Round> {
    const samples: Round = new Map();
    for (const { contender, process } of contestants) {
      samples.set(contender, await this.measure(scenario, process));
    }
    return samples;
  }

  private async measure(
    scenario: Scenario,
    process: WorkerProcess<ContenderTasks>,
  ): Promise<Sample | string> {
    switch (scenario.kind) {
      case 'publish':
        return this.publish(scenario, process, await this.broker.addQueue());
      case 'consume':
        return this.consume(scenario, process, await this.filledQueue(scenario));
      case 'latency':
        return this.latency(scenario, process, await this.broker.addQueue());
    }
  }

  private filledQueue(scenario: ConsumeScenario): Promise<BenchQueue> {
    const count = this.warmUpOf(scenario) + this.countOf(scenario);
    return this.broker.addFilledQueue({ ...scenario, count }, this.options.rest);
  }

  private async publish(
    scenario: PublishScenario,
    process: WorkerProcess<ContenderTasks>,
    queue: BenchQueue,
  ): Promise<Sample> {
    const { bodySize, inFlight, isRouted } = scenario;
    const topic = isRouted ? queue.topic : `${queue.topic}.nowhere`;
    const sample = await process.do('publish', { ...this.common(scenario), topic, bodySize, inFlight });
    const expected = isRouted ? this.warmUpOf(scenario) + this.countOf(scenario) : 0;
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
      count: this.countOf(scenario),
    };
  }

  private countOf({ count }: Scenario): number {
    return Math.ceil(count / this.options.divisor);
  }

  private warmUpOf(scenario: Scenario): number {
    return Math.ceil(this.countOf(scenario) * WARM_UP_SHARE);
  }

  /** What was not published, or not acknowledged, was not done. */
  private async removeQueue(queue: BenchQueue, expected: number): Promise<void> {
    const left = await this.broker.removeQueue(queue);
    if (left !== expected) throw new Error(`The queue should have ${expected} messages, but has ${left}`);
  }
}

/** Who is first in one round is last in the next. */
function rotated<T>(items: readonly T[], by: number): T[] {
  const start = by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}

function gathered(contender: ContenderDescription, rounds: readonly Round[]): ContenderResult {
  const outcomes = rounds.map((round) => round.get(contender)!);
  const unsupported = outcomes.find((outcome) => typeof outcome === 'string');
  const samples = outcomes.filter((outcome) => typeof outcome !== 'string');
  return unsupported === undefined ? { contender, samples } : { contender, samples: [], unsupported };
}
