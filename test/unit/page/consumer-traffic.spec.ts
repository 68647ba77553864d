import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ObservedConsumer } from '../../../lib/consuming/index.js';
import type { CollectedMessages } from '../../../lib/page/feed/messages/collected-messages.js';
import { ConsumerTraffic } from '../../../lib/page/feed/consumer-traffic.js';
import type { Totals } from '../../../lib/page/feed/totals.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

it.each<[string, () => Promise<number | undefined>]>([
  ['can not ask the broker without a subscription', () => Promise.resolve(undefined)],
  ['loses its connection meanwhile', () => Promise.reject(new Error('lost'))],
])('the live page shows the last number of waiting retries while a consumer %s', async (_, later) => {
  const counts = [() => Promise.resolve(3), later, () => Promise.resolve(0)];
  const consumer = {
    plan: {},
    inHand: { retriesWaiting: 1 },
    countRetriesInBroker: () => counts.shift()!(),
  } as unknown as ObservedConsumer;
  const traffic = new ConsumerTraffic('default', consumer, {} as Totals, {} as CollectedMessages);
  const shown: number[] = [];
  while (counts.length > 0) {
    await traffic.countRetries();
    shown.push(traffic.stateFor(() => undefined as never).retriesWaiting);
    vi.advanceTimersByTime(5_001);
  }
  expect(shown).toEqual([4, 4, 1]);
});
