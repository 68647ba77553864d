import { setTimeout as delay } from 'node:timers/promises';
import type { BenchPublisher, Contender } from './contender.interface.js';
import type { LatencyMeasurement, LatencyTask, Measurement } from './protocol.js';
import { percentile } from './percentile.js';
import { Stopwatch } from './stopwatch.js';
import { UpdateBodies } from './update-body.js';

/**
 * Measures each message from the call of publish to the call of the handler, both in one process, so that they have the
 * same clock.
 */
export async function measureLatency(contender: Contender, task: LatencyTask): Promise<LatencyMeasurement> {
  const total = task.warmUp + task.count;
  const publishedAt = new Float64Array(total);
  const latencies = new Float64Array(total);
  let handled = 0;
  let stopwatch: Stopwatch | undefined;
  let onMeasured: (measurement: Measurement) => void;
  const measured = new Promise<Measurement>((resolve) => (onMeasured = resolve));
  const consumer = await contender.openConsumer(
    { ...task, validation: 'json-schema', enhancers: false },
    (n) => {
      latencies[n] = performance.now() - publishedAt[n]!;
      if (++handled === total) onMeasured(stopwatch!.stop(task.count));
    },
  );
  const publisher = await contender.openPublisher(task);
  await publishAtRate(publisher, task, (n) => {
    if (n === task.warmUp) stopwatch = new Stopwatch();
    publishedAt[n] = performance.now();
  });
  const measurement = await measured;
  await publisher.close();
  await consumer.close();
  const sorted = latencies.subarray(task.warmUp).sort();
  return { ...measurement, p50: percentile(sorted, 0.5), p99: percentile(sorted, 0.99) };
}

async function publishAtRate(
  publisher: BenchPublisher,
  { rate, warmUp, count, bodySize }: LatencyTask,
  onPublish: (n: number) => void,
): Promise<void> {
  const bodies = new UpdateBodies(bodySize);
  const confirmed: Promise<void>[] = [];
  const startedAt = performance.now();
  for (let next = 0; next < warmUp + count;) {
    const due = ((performance.now() - startedAt) * rate) / 1000;
    while (next < Math.min(due, warmUp + count)) {
      const body = bodies.at(next);
      onPublish(next++);
      confirmed.push(publisher.publish(body));
    }
    await delay(1);
  }
  await Promise.all(confirmed);
}
