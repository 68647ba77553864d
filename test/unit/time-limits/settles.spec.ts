import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LONGEST_TIMEOUT, settlesBefore, settlesWithin } from '../../../lib/time-limits/index.js';

const never = new Promise<never>(() => undefined);
const fails = (): Promise<never> => Promise.reject(new Error('no'));

describe('a wait with a time limit', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('reports that a promise was fulfilled or rejected in time, and leaves no timer behind', async () => {
    expect(await settlesWithin(Promise.resolve('a value'), 1000)).toBe(true);
    expect(await settlesWithin(fails(), 1000)).toBe(true);
    expect(await settlesWithin(Promise.resolve('a value'), 0)).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([
    [1000, 1000],
    [LONGEST_TIMEOUT, LONGEST_TIMEOUT],
    [0, 1],
    [-5, 1],
  ])('reports after %d ms that a promise has not settled', async (limit, after) => {
    const told = vi.fn();
    void settlesWithin(never, limit).then(told);
    await vi.advanceTimersByTimeAsync(after - 1);
    if (limit > 0) expect(told).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(told).toHaveBeenCalledExactlyOnceWith(false);
  });

  it.each([LONGEST_TIMEOUT + 1, Infinity])('has no limit at %d ms', async (limit) => {
    let resolve!: () => void;
    const promise = new Promise<void>((onResolve) => (resolve = onResolve));
    const told = vi.fn();
    const waiting = settlesWithin(promise, limit).then(told);
    expect(vi.getTimerCount()).toBe(0);
    expect(told).not.toHaveBeenCalled();
    resolve();
    await waiting;
    expect(told).toHaveBeenCalledExactlyOnceWith(true);
  });
});

describe('a wait until a signal', () => {
  it('reports that a promise was fulfilled or rejected first, and leaves no listener behind', async () => {
    const { signal } = new AbortController();
    expect(await settlesBefore(Promise.resolve('a value'), signal)).toBe(true);
    expect(await settlesBefore(fails(), signal)).toBe(true);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('reports that the signal came first', async () => {
    const controller = new AbortController();
    const waiting = settlesBefore(never, controller.signal);
    controller.abort();
    expect(await waiting).toBe(false);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  it('reports that the signal came first when it came before the wait, and handles the rejection of the promise', async () => {
    expect(await settlesBefore(fails(), AbortSignal.abort())).toBe(false);
  });
});
