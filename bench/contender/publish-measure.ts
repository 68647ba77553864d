import type { BenchPublisher, Contender } from './contender.interface.js';
import type { Measurement, PublishTask } from './protocol.js';
import { Stopwatch } from './stopwatch.js';
import { UpdateBodies } from './update-body.js';

export async function measurePublishing(contender: Contender, task: PublishTask): Promise<Measurement> {
  const publisher = await contender.openPublisher(task);
  const bodies = new UpdateBodies(task.bodySize);
  try {
    await publishAll(publisher, bodies, task.warmUp, task.inFlight);
    const stopwatch = new Stopwatch();
    await publishAll(publisher, bodies, task.count, task.inFlight);
    return stopwatch.stop(task.count);
  } finally {
    await publisher.close();
  }
}

/** Publishes `count` messages, `inFlight` of them at once. */
async function publishAll(
  publisher: BenchPublisher,
  bodies: UpdateBodies,
  count: number,
  inFlight: number,
): Promise<void> {
  let next = 0;
  const publishInTurn = async (): Promise<void> => {
    while (next < count) await publisher.publish(bodies.at(next++));
  };
  await Promise.all(Array.from({ length: Math.min(inFlight, count) }, publishInTurn));
}
