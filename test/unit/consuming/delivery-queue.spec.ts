import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../../lib/consuming/delivery.js';
import type { Verdict } from '../../../lib/consuming/delivery-handler.js';
import { DeliveryQueue } from '../../../lib/consuming/delivery-queue.js';

/** Deliveries of a channel whose acknowledgements are being written whenever two have been handled. */
class Source {
  readonly handled: number[] = [];
  isWanted = true;
  private writing: Promise<void> | undefined;
  private resolveWriting: (() => void) | undefined;

  delivery(n: number): Delivery {
    const acknowledgements = Object.defineProperty({}, 'writing', { get: () => this.writing });
    const runInAsyncScope = (): void => {
      this.handled.push(n);
      if (this.handled.length % 2 === 0) this.beginWriting();
    };
    return { acknowledgements, runInAsyncScope } as unknown as Delivery;
  }

  endWriting(): void {
    this.writing = undefined;
    this.resolveWriting!();
  }

  private beginWriting(): void {
    this.writing = new Promise((resolve) => (this.resolveWriting = resolve));
  }
}

function open(source: Source): DeliveryQueue {
  const handle = (): Verdict => undefined;
  return new DeliveryQueue(
    handle,
    1,
    () => source.isWanted,
    () => undefined,
  );
}

describe('the deliveries of a consumer', () => {
  it('wait while acknowledgements are being written', async () => {
    const source = new Source();
    const queue = open(source);
    for (const n of [1, 2, 3, 4, 5]) queue.add(source.delivery(n));
    expect(source.handled).toEqual([1, 2]);
    source.endWriting();
    await turn();
    expect(source.handled).toEqual([1, 2, 3, 4]);
    source.endWriting();
    await turn();
    expect(source.handled).toEqual([1, 2, 3, 4, 5]);
  });

  it('that wait so are forgotten when they are no longer wanted', async () => {
    const source = new Source();
    const queue = open(source);
    for (const n of [1, 2, 3]) queue.add(source.delivery(n));
    expect(queue.whenIdle()).toBeUndefined();
    queue.clear();
    source.endWriting();
    await turn();
    expect(source.handled).toEqual([1, 2]);
    queue.add(source.delivery(4));
    expect(source.handled).toEqual([1, 2, 4]);
  });

  it('that wait so stay where they are while the consumer is to stop', async () => {
    const source = new Source();
    const queue = open(source);
    for (const n of [1, 2, 3]) queue.add(source.delivery(n));
    source.isWanted = false;
    source.endWriting();
    await turn();
    expect(source.handled).toEqual([1, 2]);
  });
});
