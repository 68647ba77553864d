import { type ComponentChildren, render } from 'preact';
import { onTestFinished } from 'vitest';
import type { ConsumerState, Snapshot } from '../../lib/page/protocol.js';
import { Page, PageContext } from '../src/page.js';
import type { Bus } from '../src/state/state.js';

/** Renders components into the document until the test ends. */
export function rendered(children: ComponentChildren, page = new Page()): HTMLElement {
  const root = document.createElement('div');
  document.body.append(root);
  onTestFinished(() => {
    render(null, root);
    root.remove();
  });
  render(<PageContext.Provider value={page}>{children}</PageContext.Provider>, root);
  return root;
}

/** The text of an element, with single spaces. */
export function textOf(element: Element | null | undefined): string {
  return (element?.textContent ?? '').replace(/\s+/g, ' ').trim();
}

/** The button with a name. */
export function button(root: Element, name: string): HTMLButtonElement | undefined {
  return [...root.querySelectorAll('button')].find(
    (each) => (each.getAttribute('aria-label') ?? textOf(each)) === name,
  );
}

/** Lets everything that waits for promises or for rendering happen. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

export const SNAPSHOT: Snapshot = {
  version: '1.0.0',
  application: 'watcher',
  startedAt: 1,
  now: 2,
  buses: ['default'],
  messages: [],
  leftOut: 0,
  bufferSize: { messages: 2, bytes: 200, maxMessages: 2_000, maxBytes: 16_000_000 },
  consumers: [],
  publishing: [],
  connections: [],
  topics: [],
  allTopics: { topics: 0, hasMore: false, count: 0, rate: 0 },
  history: { minutes: [], day: [] },
  visitor: { actions: false },
};

export function bus(more: Partial<Bus> = {}): Bus {
  const { messages: _, leftOut: __, history, ...others } = SNAPSHOT;
  return { ...others, ...history, ...more };
}

export function consumer(more: Partial<ConsumerState> = {}): ConsumerState {
  return {
    bus: 'default',
    name: 'Notifier',
    queue: 'notifier',
    state: 'consuming',
    inHand: 3,
    prefetch: 25,
    concurrency: 4,
    outcomes: { processed: 12_345, dropped: 2, rejected: 3, failed: 4, invalid: 5 },
    durations: { p50: 3.2, p95: 180, p99: 1_240 },
    retriesWaiting: 6,
    ...more,
  };
}
