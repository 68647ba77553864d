import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EventLoopWatch } from '../../../lib/consuming/event-loop-watch.js';
import { LibraryLogger } from '../../../lib/logging/index.js';
import { captureLog } from '../../support/captured-log.js';

const HEARTBEAT_S = 0.05;

/** Holds the event loop, so that its busy time grows. */
function hold(milliseconds: number): void {
  const start = process.hrtime.bigint();
  while (Number(process.hrtime.bigint() - start) < milliseconds * 1e6);
}

/** A check of the watch, which a real timer makes twice a second. */
async function nextCheck(): Promise<void> {
  // The busy time counts turns of the event loop that are over.
  await new Promise((resolve) => setImmediate(resolve));
  vi.advanceTimersByTime(500);
}

describe('the watch of the event loop', () => {
  let names: string[];
  let heartbeat: number;
  let watch: EventLoopWatch;
  let log: ReturnType<typeof captureLog>;

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    names = ['onUpdate', 'onBuild'];
    heartbeat = HEARTBEAT_S;
    const handlers = {
      atWork: () => names,
      get heartbeat() {
        return heartbeat;
      },
    };
    log = captureLog();
    watch = new EventLoopWatch(handlers, new LibraryLogger('default'));
  });

  afterEach(() => {
    watch.stop();
    vi.useRealTimers();
  });

  it('warns of handlers that hold it for longer than the heartbeat, once for each time', async () => {
    watch.start();
    hold(HEARTBEAT_S * 1000 * 3);
    await nextCheck();
    expect(log).toHaveLength(1);
    expect(log[0]!.level).toBe('warn');
    expect(log[0]!.text).toMatch(
      /^The event loop was held for \d+\.\d s while onUpdate, onBuild had a message in hand\. That is longer than the heartbeat of 0\.05 s: .*\(bus 'default'\)$/,
    );
    await nextCheck();
    expect(log).toHaveLength(1);
  });

  it.each<[string, () => void]>([
    ['no handler was at work', () => (names = [])],
    ['the connection has no heartbeat', () => (heartbeat = 0)],
    ['the heartbeat is longer', () => (heartbeat = 3600)],
    ['it was stopped', () => watch.stop()],
  ])('says nothing when %s', async (_, change) => {
    watch.start();
    change();
    hold(HEARTBEAT_S * 1000 * 3);
    await nextCheck();
    expect(log).toEqual([]);
  });

  it('does not count what was held before it was started, and starts once', async () => {
    // Long enough that a slow machine does not hold the loop for that time meanwhile.
    heartbeat = 0.5;
    hold(heartbeat * 1000 * 1.2);
    await new Promise((resolve) => setImmediate(resolve));
    watch.start();
    watch.start();
    expect(vi.getTimerCount()).toBe(1);
    await nextCheck();
    expect(log).toEqual([]);
    watch.stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});
