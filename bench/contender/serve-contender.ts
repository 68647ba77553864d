import { measureConsuming } from './consume-measure.js';
import type { Contender } from './contender.interface.js';
import { measureLatency } from './latency-measure.js';
import type { ContenderTasks } from './protocol.js';
import { measurePublishing } from './publish-measure.js';
import { serve } from './serve.js';

/** The main program of every contender's process. */
export function serveContender(contender: Contender): void {
  serve<ContenderTasks>({
    publish: (task) => measurePublishing(contender, task),
    consume: (task) => measureConsuming(contender, task),
    latency: (task) => measureLatency(contender, task),
  });
}
