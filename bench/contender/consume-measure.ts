import type { Contender } from './contender.interface.js';
import type { ConsumeMeasurement, ConsumeTask, Measurement } from './protocol.js';
import { Stopwatch } from './stopwatch.js';

/** Measures from the last message of the warm-up to the last message of all, both handled. */
export async function measureConsuming(contender: Contender, task: ConsumeTask): Promise<ConsumeMeasurement> {
  const { warmUp, count } = task;
  let handled = 0;
  let stopwatch: Stopwatch;
  let onMeasured: (measurement: Measurement) => void;
  const measured = new Promise<Measurement>((resolve) => (onMeasured = resolve));
  const consumer = await contender.openConsumer(task, () => {
    handled++;
    if (handled === warmUp) stopwatch = new Stopwatch();
    else if (handled === warmUp + count) onMeasured(stopwatch.stop(count));
  });
  const measurement = await measured;
  await consumer.close();
  return { ...measurement, enhanced: consumer.enhanced };
}
