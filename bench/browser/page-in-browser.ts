import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { short, table, whole } from '../table.js';
import { WorkerProcess } from '../worker-process.js';
import type { BusyAppTasks } from './busy-app-protocol.js';
import { PageVisit } from './page-visit.js';

const RATES = [0, 100, 1_000, 5_000];
const BUSY = RATES.at(-1)!;
/** Before a measurement the page fills its list. */
const WARM_UP_MS = 10_000;
const FRAMES_MS = 20_000;
const HEAP_INTERVAL_MS = 15_000;
/** Before the first sample of the heap, the page has all the messages that it keeps. */
const HEAP_WARM_UP_MS = 60_000;

/** Measures the page in a browser: frames at growing rates, and the heap over minutes at the largest. */
export async function measureInBrowser(
  heapMinutes: number,
  progress: (what: string) => void,
): Promise<string> {
  const module = fileURLToPath(new URL('busy-app.worker.js', import.meta.url));
  const worker = WorkerProcess.start<BusyAppTasks>(module);
  const url = await worker.do('start', null);
  const visit = await PageVisit.open(url);
  try {
    const rows: string[][] = [];
    for (const rate of RATES) {
      progress(`frames at ${whole(rate)} messages a second`);
      await worker.do('setRate', { rate });
      await delay(WARM_UP_MS);
      await worker.do('handledRate', null);
      const frames = await visit.frames(FRAMES_MS);
      const handledRate = await worker.do('handledRate', null);
      rows.push([
        whole(rate),
        whole(Math.round(handledRate)),
        short(frames.rate),
        `${short(frames.p99)} ms`,
        `${short(frames.longest)} ms`,
      ]);
    }
    const head = ['messages a second', 'handled', 'frames a second', 'p99 of a frame', 'longest frame'];
    const heaps = await sampleHeap(visit, heapMinutes, progress);
    return `${table(head, rows)}\n\n${heapLine(heaps)}`;
  } finally {
    await visit.close();
    await worker.stop();
  }
}

interface HeapSample {
  readonly minutes: number;
  readonly heap: number;
}

async function sampleHeap(
  visit: PageVisit,
  minutes: number,
  progress: (what: string) => void,
): Promise<HeapSample[]> {
  await delay(HEAP_WARM_UP_MS);
  const start = performance.now();
  const samples: HeapSample[] = [];
  for (;;) {
    const elapsed = (performance.now() - start) / 60_000;
    const heap = await visit.heap();
    samples.push({ minutes: elapsed, heap });
    progress(`heap of the page after ${elapsed.toFixed(1)} minutes: ${short(heap)} MB`);
    if (elapsed >= minutes) return samples;
    await delay(HEAP_INTERVAL_MS);
  }
}

function heapLine(samples: readonly HeapSample[]): string {
  const heaps = samples.map(({ heap }) => heap);
  const last = samples.at(-1)!;
  return (
    `Heap of the page at ${whole(BUSY)} messages a second, after garbage collections, in ${samples.length} samples of ` +
    `${last.minutes.toFixed(0)} minutes: ${short(samples[0]!.heap)} MB at first, ${short(last.heap)} MB at last ` +
    `(${short(Math.min(...heaps))} to ${short(Math.max(...heaps))} MB). A straight line through them rises by ` +
    `${(slopeOf(samples) * 60).toFixed(2)} MB an hour.`
  );
}

/** The rise of the line of least squares, in MB a minute. */
function slopeOf(samples: readonly HeapSample[]): number {
  const meanOf = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
  const x = meanOf(samples.map(({ minutes }) => minutes));
  const y = meanOf(samples.map(({ heap }) => heap));
  const covariance = samples.reduce((sum, { minutes, heap }) => sum + (minutes - x) * (heap - y), 0);
  return covariance / samples.reduce((sum, { minutes }) => sum + (minutes - x) ** 2, 0);
}
