import type { Measurement } from './protocol.js';

/** Measures the time and this process's CPU time since its creation. */
export class Stopwatch {
  private readonly startedAt = performance.now();
  private readonly startedCpu = process.cpuUsage();

  stop(count: number): Measurement {
    const { user, system } = process.cpuUsage(this.startedCpu);
    return { count, elapsed: performance.now() - this.startedAt, cpu: user + system };
  }
}
