import type { Worker } from 'node:worker_threads';
import type { Plugin } from 'vite';
import { type PoolOptions, type PoolWorker, ThreadsPoolWorker, type WorkerRequest } from 'vitest/node';

/** The number of runs that share a thread: later runs must not see everything that mutants left behind. */
const RUNS_PER_THREAD = 25;

type Listener = (...args: unknown[]) => void;

let kept: { readonly thread: Worker; runs: number } | undefined;

/**
 * A thread of Vitest that outlives a run. Stryker runs Vitest once for each mutant, and Vitest ends its threads after each
 * run: loading Nest again took most of the time.
 */
class KeptThread extends ThreadsPoolWorker {
  override readonly name = 'threads';
  private readonly listeners: [event: string, listener: Listener][] = [];

  override on(event: string, listener: Listener): void {
    this.listeners.push([event, listener]);
    super.on(event, listener);
  }

  override async start(): Promise<void> {
    const own = this as unknown as { _thread: Worker | undefined };
    own._thread = kept?.thread;
    await super.start();
    kept ??= { thread: own._thread!, runs: 0 };
    kept.runs++;
    // Only a run waits for it.
    kept.thread.unref();
  }

  override send(message: WorkerRequest): void {
    if (message.type !== 'stop' || !this.mayBeKept) return super.send(message);
    // Vitest's answer, without ending anything.
    const stopped = { type: 'stopped', __vitest_worker_response__: true };
    for (const [event, listener] of this.listeners) if (event === 'message') listener(stopped);
  }

  override async stop(): Promise<void> {
    if (this.mayBeKept) {
      for (const [event, listener] of this.listeners) this.off(event, listener);
      return;
    }
    kept = undefined;
    await super.stop();
  }

  private get mayBeKept(): boolean {
    return kept !== undefined && kept.runs < RUNS_PER_THREAD;
  }
}

/** Makes Vitest use these threads, whatever pool Stryker asks for. */
export const keptThreads: Plugin = {
  name: 'kept-threads',
  configureVitest({ project }) {
    const createPoolWorker = (options: PoolOptions): PoolWorker => new KeptThread(options);
    Object.assign(project.config, {
      pool: 'kept-threads',
      poolRunner: { name: 'kept-threads', createPoolWorker },
    });
  },
};
