import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { BenchBroker, BenchQueue } from '../bench-broker.js';
import { median } from '../contender/percentile.js';
import type { Measurement } from '../contender/protocol.js';
import { WorkerProcess } from '../worker-process.js';
import type { MemorySample, PageTasks } from './page-protocol.js';
import { PageVisitor } from './page-visitor.js';

/** How an application is looked at: whether it has the page, which stream a client reads, and whether messages are redacted. */
const VIEWS = {
  off: { hasPage: false, query: undefined, isRedacted: false },
  'nobody looks': { hasPage: true, query: undefined, isRedacted: false },
  'one client': { hasPage: true, query: '', isRedacted: false },
  'one client, with `redact`': { hasPage: true, query: '', isRedacted: true },
  'one client, with a filter': { hasPage: true, query: '?user=nobody', isRedacted: false },
} as const;
export type Mode = keyof typeof VIEWS;
export const MODES = Object.keys(VIEWS) as Mode[];

/** Measurements of each mode, in turns. */
interface Measurements {
  readonly rounds: number;
  /** The messages before each measurement, and of it. */
  readonly warmUp: number;
  readonly count: number;
}

export interface PageCostOptions {
  readonly fullSpeed: Measurements;
  /**
   * At {@link PACE}. The page keeps up to 2,000 messages at once and then 200 a second, so the messages before a measurement
   * are more than these 2,000: what counts is a stream that goes on.
   */
  readonly paced: Measurements;
  /** The messages of the run whose memory is sampled, and how many are between two samples. */
  readonly endurance: number;
  readonly sample: number;
}

export const FULL_PAGE_COST: PageCostOptions = {
  fullSpeed: { rounds: 16, warmUp: 1_000, count: 5_000 },
  paced: { rounds: 8, warmUp: 10_000, count: 25_000 },
  endurance: 1_000_000,
  sample: 100_000,
};
export const QUICK_PAGE_COST: PageCostOptions = {
  fullSpeed: { rounds: 5, warmUp: 1_000, count: 5_000 },
  paced: { rounds: 3, warmUp: 5_000, count: 5_000 },
  endurance: 50_000,
  sample: 10_000,
};

/** The cost of a mode. */
export interface ModeCost {
  readonly mode: Mode;
  /** Messages per second, and CPU time per message in microseconds: medians. */
  readonly rate: number;
  readonly cpu: number;
  /** The median of the ratios of CPU times to those of `off`, each of measurements that followed each other. */
  readonly ratio: number;
  /** Half of the ratios are between these. */
  readonly lower: number;
  readonly upper: number;
}

export interface PageFigures {
  readonly fullSpeed: readonly ModeCost[];
  readonly paced: readonly ModeCost[];
  readonly memory: readonly (MemorySample & { readonly messages: number })[];
}

/** Messages per second that are published while the paced cost is measured. */
export const PACE = 5_000;
const PACE_INTERVAL_MS = 10;
const PREFETCH = 25;
const WARM_UP_ROUNDS = 3;
const FILLING = { bodySize: 200, validation: 'json-schema' } as const;
const WORKER = fileURLToPath(new URL('page.worker.js', import.meta.url));

type Consumer = { process: WorkerProcess<PageTasks>; queue: BenchQueue; visitor: PageVisitor | undefined };

/** Measures what the live page costs an application that consumes. */
export class PageCost {
  constructor(
    private readonly broker: BenchBroker,
    private readonly options: PageCostOptions,
    private readonly progress: (what: string) => void,
  ) {}

  async measure(): Promise<PageFigures> {
    this.progress('consuming at full speed');
    const fullSpeed = await this.compare(this.options.fullSpeed, (topic, all) => this.fill(topic, all));
    this.progress(`consuming ${PACE} messages a second`);
    const paced = await this.compare(this.options.paced, (topic, all) => this.pace(topic, all));
    this.progress('memory');
    return { fullSpeed, paced, memory: await this.memory() };
  }

  /** @param send sends messages; the consumer begins when that has resolved with a function that waits for the end */
  private async compare(
    { rounds, warmUp, count }: Measurements,
    send: (topic: string, count: number) => Promise<() => Promise<void>>,
  ): Promise<ModeCost[]> {
    const consumers = new Map<Mode, Consumer>();
    for (const mode of MODES) consumers.set(mode, await this.start(mode));
    const samples = new Map<Mode, Measurement[]>(MODES.map((mode) => [mode, []]));
    for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
      const order = round % 2 === 0 ? MODES : MODES.toReversed();
      for (const mode of order) {
        const { process, queue } = consumers.get(mode)!;
        const sent = await send(queue.topic, warmUp + count);
        const sample = await process.do('consume', { warmUp, count });
        await sent();
        if (round >= 0) samples.get(mode)!.push(sample);
      }
    }
    for (const consumer of consumers.values()) await this.stop(consumer);
    const off = samples.get('off')!;
    return MODES.map((mode) => costOf(mode, samples.get(mode)!, off));
  }

  private async memory(): Promise<PageFigures['memory']> {
    const consumer = await this.start('one client');
    const { endurance, sample } = this.options;
    const samples: (MemorySample & { messages: number })[] = [];
    for (let messages = sample; messages <= endurance; messages += sample) {
      await this.fill(consumer.queue.topic, sample);
      await consumer.process.do('consume', { warmUp: 1, count: sample - 1 });
      samples.push({ messages, ...(await consumer.process.do('memory', null)) });
    }
    await this.stop(consumer);
    return samples;
  }

  private async start(mode: Mode): Promise<Consumer> {
    const queue = await this.broker.addQueue();
    const process = WorkerProcess.start<PageTasks>(WORKER, ['--expose-gc']);
    const { amqpUrl } = this.broker;
    const { query, ...view } = VIEWS[mode];
    const { page } = await process.do('start', { amqpUrl, queue: queue.queue, prefetch: PREFETCH, ...view });
    return {
      process,
      queue,
      visitor: query === undefined ? undefined : await PageVisitor.open(page!, query),
    };
  }

  private async stop({ process, queue, visitor }: Consumer): Promise<void> {
    if (visitor?.events === 0) throw new Error('The client of the page got no events');
    visitor?.leave();
    await process.do('stop', null);
    await process.stop();
    const left = await this.broker.removeQueue(queue);
    if (left > 0) throw new Error(`The queue has ${left} messages that were not acknowledged`);
  }

  private async fill(topic: string, count: number): Promise<() => Promise<void>> {
    await this.broker.fill(topic, { ...FILLING, count });
    return () => Promise.resolve();
  }

  private pace(topic: string, count: number): Promise<() => Promise<void>> {
    const paced = this.publishPaced(topic, count);
    return Promise.resolve(() => paced);
  }

  private async publishPaced(topic: string, count: number): Promise<void> {
    const start = performance.now();
    for (let sent = 0; sent < count;) {
      const due = Math.min(count, Math.ceil(((performance.now() - start) / 1000) * PACE));
      if (due > sent) await this.broker.fill(topic, { ...FILLING, count: due - sent });
      sent = Math.max(sent, due);
      await delay(PACE_INTERVAL_MS);
    }
  }
}

function costOf(mode: Mode, samples: readonly Measurement[], off: readonly Measurement[]): ModeCost {
  const cpuOf = ({ cpu, count }: Measurement): number => cpu / count;
  const ratios = samples.map((sample, round) => cpuOf(sample) / cpuOf(off[round]!)).toSorted((a, b) => a - b);
  const at = (share: number): number => ratios[Math.round(share * (ratios.length - 1))]!;
  return {
    mode,
    rate: median(samples.map(({ count, elapsed }) => (count / elapsed) * 1000)),
    cpu: median(samples.map(cpuOf)),
    ratio: median(ratios),
    lower: at(0.25),
    upper: at(0.75),
  };
}
