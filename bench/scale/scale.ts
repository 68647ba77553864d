import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { BenchBroker } from '../bench-broker.js';
import { WorkerProcess } from '../worker-process.js';
import type { EnduranceSample, GrowthMeasurement, Progress, ScaleTasks } from './scale-protocol.js';

/** The points of the curves. */
export interface ScalePoints {
  readonly schemas: readonly number[];
  readonly consumers: readonly number[];
  /** An application with many schemas and many consumers. */
  readonly large: { readonly schemas: number; readonly consumers: number };
  /** The number of messages that measure the cost of a message. */
  readonly messages: number;
  readonly endurance: readonly number[];
  readonly processes: readonly number[];
  readonly concurrency: readonly number[];
}

export interface GrowthPoint extends GrowthMeasurement {
  readonly schemas: number;
  readonly consumers: number;
  /** The time that amqplib alone needs to connect, declare and consume the same queues, in milliseconds. */
  readonly declare: number;
}

export interface SharedPoint {
  readonly processes: number;
  readonly concurrency: number;
  readonly handlerTime: number;
  /** Messages per second, of all processes together. */
  readonly rate: number;
  /** The smallest and the largest number of messages that a process has handled. */
  readonly fewest: number;
  readonly most: number;
  /** The largest number of handlers that ran at the same time in a process. */
  readonly atOnce: number;
  /** CPU time per message, in microseconds. */
  readonly cpu: number;
}

/** The curves, by the names that select them. */
export interface ScaleFigures {
  schemas: readonly GrowthPoint[];
  consumers: readonly GrowthPoint[];
  large: GrowthPoint;
  endurance: readonly EnduranceSample[];
  processes: readonly SharedPoint[];
  concurrency: readonly SharedPoint[];
}

export const CURVES = ['schemas', 'consumers', 'large', 'endurance', 'processes', 'concurrency'] as const;

interface SharedRun {
  readonly processes: number;
  readonly concurrency: number;
  readonly handlerTime: number;
  readonly prefetch: number;
  readonly messages: number;
}

const WORKER = fileURLToPath(new URL('scale.worker.js', import.meta.url));

/** How long the waiting handlers wait, in milliseconds. */
export const HANDLER_TIME = 5;
const POLL_INTERVAL = 50;

/** Measures how the costs of this library grow. */
export class Scale {
  constructor(
    private readonly broker: BenchBroker,
    private readonly points: ScalePoints,
    private readonly progress: (what: string) => void,
  ) {}

  async measure(curves: readonly (typeof CURVES)[number][]): Promise<Partial<ScaleFigures>> {
    const figures: Partial<ScaleFigures> = {};
    if (curves.includes('schemas')) figures.schemas = await this.schemas();
    if (curves.includes('consumers')) figures.consumers = await this.consumers();
    if (curves.includes('large')) figures.large = await this.large();
    if (curves.includes('endurance')) figures.endurance = await this.endurance();
    if (curves.includes('processes')) figures.processes = await this.processes();
    if (curves.includes('concurrency')) figures.concurrency = await this.concurrency();
    return figures;
  }

  private async schemas(): Promise<GrowthPoint[]> {
    const points: GrowthPoint[] = [];
    for (const schemas of this.points.schemas) points.push(await this.growth(schemas, 1));
    return points;
  }

  private async consumers(): Promise<GrowthPoint[]> {
    const points: GrowthPoint[] = [];
    for (const consumers of this.points.consumers) points.push(await this.growth(1, consumers));
    return points;
  }

  private large(): Promise<GrowthPoint> {
    return this.growth(this.points.large.schemas, this.points.large.consumers);
  }

  private async endurance(): Promise<EnduranceSample[]> {
    const marks = this.points.endurance;
    this.progress(`${marks.at(-1)!} messages in one run`);
    const { amqpUrl } = this.broker;
    const queue = await this.broker.addQueue();
    const samples = await withWorker((worker) =>
      worker.do('endure', { amqpUrl, ...queue, inFlight: 100, marks }),
    );
    await this.broker.removeQueue(queue);
    return samples;
  }

  /** Handlers that take no time, so that the processors are the limit, and handlers that wait. */
  private async processes(): Promise<SharedPoint[]> {
    const points: SharedPoint[] = [];
    const { messages } = this.points;
    for (const processes of this.points.processes) {
      points.push(
        await this.shared({
          processes,
          concurrency: 1,
          handlerTime: 0,
          prefetch: 25,
          messages: messages * 2,
        }),
      );
    }
    for (const processes of this.points.processes) {
      const share = Math.ceil(messages / 25);
      points.push(
        await this.shared({
          processes,
          concurrency: 1,
          handlerTime: HANDLER_TIME,
          prefetch: 10,
          messages: processes * share,
        }),
      );
    }
    return points;
  }

  private async concurrency(): Promise<SharedPoint[]> {
    const points: SharedPoint[] = [];
    for (const concurrency of this.points.concurrency) {
      points.push(
        await this.shared({
          processes: 1,
          concurrency,
          handlerTime: HANDLER_TIME,
          prefetch: Math.max(10, 2 * concurrency),
          messages: Math.ceil(this.points.messages / 25) * Math.min(concurrency, 20),
        }),
      );
    }
    return points;
  }

  private async growth(schemas: number, consumers: number): Promise<GrowthPoint> {
    this.progress(`${schemas} schemas, ${consumers} consumers`);
    const { amqpUrl } = this.broker;
    const declared = queueNames(consumers);
    const { elapsed } = await withWorker((worker) => worker.do('declare', { amqpUrl, queues: declared }));
    const queues = queueNames(consumers);
    const { messages } = this.points;
    const measured = await withWorker((worker) => worker.do('grow', { amqpUrl, schemas, queues, messages }));
    for (const queue of [...declared, ...queues]) await this.broker.removeQueue({ queue, topic: queue });
    return { schemas, consumers, declare: elapsed, ...measured };
  }

  private async shared(run: SharedRun): Promise<SharedPoint> {
    const { processes, concurrency, handlerTime, prefetch, messages } = run;
    this.progress(`${processes} processes, ${concurrency} handlers at once, ${handlerTime} ms each`);
    const { queue, topic } = await this.broker.addQueue();
    const workers = Array.from({ length: processes }, () => WorkerProcess.start<ScaleTasks>(WORKER));
    try {
      const task = { amqpUrl: this.broker.amqpUrl, queue, prefetch, handlerTime, concurrency };
      await Promise.all(workers.map((worker) => worker.do('subscribe', task)));
      await this.broker.fill(topic, { count: messages, bodySize: 200, validation: 'json-schema' });
      await Promise.all(workers.map((worker) => worker.do('begin', null)));
      const progress = await whenHandled(workers, messages);
      await Promise.all(workers.map((worker) => worker.do('unsubscribe', null)));
      await Promise.all(workers.map((worker) => worker.stop()));
      await this.broker.removeQueue({ queue, topic });
      return { processes, concurrency, handlerTime, ...sumOf(progress) };
    } catch (error) {
      for (const worker of workers) worker.kill();
      throw error;
    }
  }
}

function queueNames(count: number): string[] {
  return Array.from({ length: count }, () => `bench-${randomUUID()}`);
}

async function withWorker<T>(use: (worker: WorkerProcess<ScaleTasks>) => Promise<T>): Promise<T> {
  const worker = WorkerProcess.start<ScaleTasks>(WORKER, ['--expose-gc']);
  try {
    const result = await use(worker);
    await worker.stop();
    return result;
  } catch (error) {
    worker.kill();
    throw error;
  }
}

async function whenHandled(
  workers: readonly WorkerProcess<ScaleTasks>[],
  count: number,
): Promise<Progress[]> {
  for (;;) {
    const progress = await Promise.all(workers.map((worker) => worker.do('progress', null)));
    if (progress.reduce((sum, { handled }) => sum + handled, 0) >= count) return progress;
    await delay(POLL_INTERVAL);
  }
}

function sumOf(
  progress: readonly Progress[],
): Omit<SharedPoint, 'processes' | 'concurrency' | 'handlerTime'> {
  const handled = progress.map((each) => each.handled);
  const total = handled.reduce((sum, each) => sum + each, 0);
  const active = progress.filter((each) => each.handled > 0);
  const elapsed =
    Math.max(...active.map(({ lastAt }) => lastAt)) - Math.min(...active.map(({ firstAt }) => firstAt));
  return {
    rate: (total / elapsed) * 1000,
    fewest: Math.min(...handled),
    most: Math.max(...handled),
    atOnce: Math.max(...progress.map(({ atOnce }) => atOnce)),
    cpu: progress.reduce((sum, { cpu }) => sum + cpu, 0) / total,
  };
}
