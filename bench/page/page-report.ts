import { short, table, whole } from '../table.js';
import { isMet, type Target, TARGETS_OF_PAGE } from '../targets.js';
import { type Mode, type ModeCost, PACE, type PageFigures } from './page-cost.js';

/** The tables of a run. */
export function pageReport({ fullSpeed, paced, memory }: PageFigures): string {
  return [
    '### Consuming at full speed, prefetch 25',
    costTable(fullSpeed, { 'nobody looks': TARGETS_OF_PAGE.unwatched }),
    `### Consuming ${whole(PACE)} messages a second, prefetch 25`,
    costTable(paced, { 'one client': TARGETS_OF_PAGE.watched }),
    '### Memory with one client, after a garbage collection',
    table(
      ['messages', 'memory', 'heap'],
      memory.map(({ messages, rss, heap }) => [whole(messages), `${short(rss)} MB`, `${short(heap)} MB`]),
    ),
  ].join('\n\n');
}

function costTable(costs: readonly ModeCost[], targets: Readonly<Partial<Record<Mode, Target>>>): string {
  return table(
    ['the page', 'rate', 'CPU a message', 'CPU to off', 'half of the ratios'],
    costs.map(({ mode, rate, cpu, ratio, lower, upper }) => [
      mode,
      `${short(rate)}/s`,
      `${short(cpu)} µs`,
      verdict(ratio, targets[mode]),
      `${lower.toFixed(3)} to ${upper.toFixed(3)}`,
    ]),
  );
}

function verdict(ratio: number, target: Target | undefined): string {
  const shown = ratio.toFixed(3);
  return target ? `${shown} (≤ ${target.ratio.toFixed(2)}) ${isMet(target, ratio) ? 'pass' : 'FAIL'}` : shown;
}
