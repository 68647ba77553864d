import { short, table, whole } from '../table.js';
import { type ModeCost, PACE, type PageFigures } from './page-cost.js';

/** The tables of a run. */
export function pageReport({ fullSpeed, paced, memory }: PageFigures): string {
  return [
    '### Consuming at full speed, prefetch 25',
    costTable(fullSpeed),
    `### Consuming ${whole(PACE)} messages a second, prefetch 25`,
    costTable(paced),
    '### Memory with one client, after a garbage collection',
    table(
      ['messages', 'memory', 'heap'],
      memory.map(({ messages, rss, heap }) => [whole(messages), `${short(rss)} MB`, `${short(heap)} MB`]),
    ),
  ].join('\n\n');
}

function costTable(costs: readonly ModeCost[]): string {
  return table(
    ['the page', 'rate', 'CPU a message', 'CPU to off', 'half of the ratios'],
    costs.map(({ mode, rate, cpu, ratio, lower, upper }) => [
      mode,
      `${short(rate)}/s`,
      `${short(cpu)} µs`,
      ratio.toFixed(3),
      `${lower.toFixed(3)} to ${upper.toFixed(3)}`,
    ]),
  );
}
