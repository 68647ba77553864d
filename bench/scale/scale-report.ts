import { short, table, whole } from '../table.js';
import type { EnduranceSample } from './scale-protocol.js';
import { type GrowthPoint, HANDLER_TIME, type ScaleFigures, type SharedPoint } from './scale.js';

/** How much longer than the broker's own time a large application may take to be ready, in milliseconds. */
const READY_TARGET = 1_500;
/** How much resident memory may grow after the warm-up, in MB. */
const MEMORY_TARGET = 10;
/** The share of the messages after which memory and delays should have settled. */
const WARM_UP_SHARE = 0.1;

/** The measured curves, if they were selected. */
export function scaleReport(figures: Partial<ScaleFigures>): string {
  const { schemas, consumers, large, endurance, processes, concurrency } = figures;
  return [
    ...(schemas ? ['### Schemas', growthTable(schemas)] : []),
    ...(consumers ? ['### Consumers', growthTable(consumers)] : []),
    ...(large ? ['### A large application', growthTable([large]), readyLine(large)] : []),
    ...(endurance
      ? ['### Messages in one run', enduranceTable(endurance), ...enduranceLines(endurance)]
      : []),
    ...(processes ? ['### Processes on one queue', sharedTable(processes)] : []),
    ...(concurrency
      ? [
          `### Handlers of ${HANDLER_TIME} ms at once`,
          sharedTable(concurrency),
          ...concurrencyLines(concurrency),
        ]
      : []),
  ].join('\n\n');
}

function growthTable(points: readonly GrowthPoint[]): string {
  return table(
    [
      'schemas',
      'consumers',
      'ready',
      'of that the broker',
      'memory',
      'first message of a class',
      'encode and decode',
      'publish and handle',
    ],
    points.map((point) => [
      whole(point.schemas),
      whole(point.consumers),
      `${short(point.ready)} ms`,
      `${short(point.declare)} ms`,
      `${short(point.memory)} MB`,
      `${short(point.firstMessage)} µs`,
      `${short(point.codec)} µs`,
      `${short(point.roundTrip)} µs`,
    ]),
  );
}

function readyLine({ ready, declare }: GrowthPoint): string {
  const own = ready - declare;
  return `Ready ${short(own)} ms after what amqplib alone needs to declare and consume the same (at most ${READY_TARGET}: ${verdict(own <= READY_TARGET)}).`;
}

function enduranceTable(samples: readonly EnduranceSample[]): string {
  return table(
    ['messages', 'rate', 'memory', 'memory, collected', 'heap, collected', 'event loop p50', 'p99', 'max'],
    samples.map((sample) => [
      whole(sample.messages),
      `${short(sample.rate)}/s`,
      `${short(sample.rss)} MB`,
      `${short(sample.rssCollected)} MB`,
      `${short(sample.heapCollected)} MB`,
      `${short(sample.delayP50)} ms`,
      `${short(sample.delayP99)} ms`,
      `${short(sample.delayMax)} ms`,
    ]),
  );
}

/** Memory and delays after the warm-up: the later marks beside the first. */
function enduranceLines(samples: readonly EnduranceSample[]): string[] {
  const total = samples.at(-1)?.messages ?? 0;
  const [first, ...later] = samples.filter(({ messages }) => messages >= total * WARM_UP_SHARE);
  if (!first || later.length === 0) return [];
  const growth = Math.max(...later.map(({ rssCollected }) => rssCollected)) - first.rssCollected;
  const half = later.slice(-Math.ceil(later.length / 2));
  const delay = half.reduce((sum, { delayP99 }) => sum + delayP99, 0) / half.length;
  return [
    `After ${whole(first.messages)} messages, resident memory grew by ${growth.toFixed(1)} MB at most (at most ${MEMORY_TARGET}: ${verdict(growth <= MEMORY_TARGET)}).`,
    `The event loop's p99 delay was ${first.delayP99.toFixed(1)} ms then, and ${delay.toFixed(1)} ms on average over the second half.`,
  ];
}

function sharedTable(points: readonly SharedPoint[]): string {
  return table(
    [
      'processes',
      'handler',
      'concurrency',
      'at once',
      'rate',
      'fewest and most in a process',
      'CPU a message',
    ],
    points.map((point) => [
      whole(point.processes),
      `${point.handlerTime} ms`,
      whole(point.concurrency),
      whole(point.atOnce),
      `${short(point.rate)}/s`,
      `${whole(point.fewest)}, ${whole(point.most)}`,
      `${short(point.cpu)} µs`,
    ]),
  );
}

function concurrencyLines(points: readonly SharedPoint[]): string[] {
  return points.every(({ atOnce }) => atOnce === 1)
    ? ["No two handlers ran at once: this version does not know the consumer's option 'concurrency'."]
    : [];
}

function verdict(isMet: boolean): string {
  return isMet ? 'pass' : 'FAIL';
}
