import { ConfigurationException, resolveSettings } from '../../../../lib/index.js';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { BackOff } from '../../../../lib/broker/connection/back-off.js';

/** The delays of this many failures in a row, each after a success that lasted this long. */
function delays(backOff: BackOff, count: number, lasted?: number): number[] {
  return Array.from({ length: count }, () => {
    if (lasted !== undefined) backOff.lasted(lasted);
    return backOff.next();
  });
}

describe('a back-off', () => {
  it('doubles its delay with each failure, up to the longest delay, and takes at least half of it', () => {
    const backOff = new BackOff(100, 10_000);
    for (const [failures, delay] of delays(backOff, 12).entries()) {
      const whole = Math.min(10_000, 100 * 2 ** failures);
      expect(delay).toBeGreaterThanOrEqual(whole / 2);
      expect(delay).toBeLessThanOrEqual(whole);
    }
  });

  it('takes from half to the whole of its delay, by chance', () => {
    const random = vi.spyOn(Math, 'random');
    onTestFinished(() => random.mockRestore());
    random.mockReturnValue(0);
    expect(delays(new BackOff(100, 10_000), 3)).toEqual([50, 100, 200]);
    random.mockReturnValue(1);
    expect(delays(new BackOff(100, 10_000), 3)).toEqual([100, 200, 400]);
  });

  it('begins anew after a success', () => {
    const backOff = new BackOff(100, 10_000);
    delays(backOff, 12);
    backOff.reset();
    expect(backOff.next()).toBeLessThanOrEqual(100);
  });

  it('grows as without a success when each success lasts for no time', () => {
    expect(delays(new BackOff(100, 10_000), 12, 0).at(-1)).toBeGreaterThanOrEqual(5_000);
  });

  it('begins anew after a success that lasted as long as the longest delay', () => {
    const backOff = new BackOff(100, 10_000);
    delays(backOff, 12);
    backOff.lasted(10_000);
    expect(backOff.next()).toBeLessThanOrEqual(100);
  });

  it('waits less, the longer each success lasts', () => {
    const settled = [1, 100, 500, 2_000, 5_000].map((lasted) => {
      const backOff = new BackOff(100, 10_000);
      delays(backOff, 12, lasted);
      // A delay is at least half of the full delay.
      return Math.log2(Math.max(...delays(backOff, 50, lasted)));
    });
    expect(settled).toEqual([...settled].sort((a, b) => b - a));
    expect(2 ** settled[3]!).toBeLessThanOrEqual(800);
  });
});

describe('the option reconnect', () => {
  it('sets the pauses before a lost connection or channel is tried again; default: 100 ms to 2 s', () => {
    const longest = (backOff: BackOff): number => {
      let pause = 0;
      for (let attempt = 0; attempt < 50; attempt++) pause = Math.max(pause, backOff.next());
      return pause;
    };
    expect(longest(BackOff.ofReconnecting({}))).toBeGreaterThan(1_000);
    expect(longest(BackOff.ofReconnecting({}))).toBeLessThanOrEqual(2_000);
    expect(longest(BackOff.ofReconnecting({ delay: 1, maxDelay: 10 }))).toBeLessThanOrEqual(10);
  });

  it('is refused with a ConfigurationException that names it when a pause is invalid', () => {
    expect(() => resolveSettings({ reconnect: { delay: 0 } })).toThrow(/'reconnect.delay' must be >= 1/);
    expect(() => resolveSettings({ reconnect: { max: 1 } as never })).toThrow(ConfigurationException);
  });
});
