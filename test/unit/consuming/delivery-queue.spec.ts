import { AsyncLocalStorage } from 'node:async_hooks';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PendingDelivery } from '../../../lib/consuming/delivery/pending-delivery.js';
import type { Verdict } from '../../../lib/consuming/delivery/delivery-handler.js';
import { DeliveryQueue } from '../../../lib/consuming/delivery/delivery-queue.js';

const delivery = (tag: number): PendingDelivery =>
  new PendingDelivery({ fields: { deliveryTag: tag } } as never, {} as never);
const tagOf = ({ delivery }: PendingDelivery): number => delivery.fields.deliveryTag;

/** A queue whose deliveries the test settles, with the deliveries that were begun and the verdicts. */
function controlled(concurrency: number) {
  const inHand: { tag: number; settle: (verdict: Verdict) => void; fail: (error: unknown) => void }[] = [];
  const begun: number[] = [];
  const verdicts: Error[] = [];
  const queue = new DeliveryQueue(
    (delivered) =>
      new Promise<Verdict>((settle, fail) => {
        begun.push(tagOf(delivered));
        inHand.push({ tag: tagOf(delivered), settle, fail });
      }),
    concurrency,
    () => true,
    (reason) => verdicts.push(reason),
  );
  return { queue, inHand, begun, verdicts };
}

describe('waiting deliveries', () => {
  it('are begun in order, at most `concurrency` at a time, in any order of coming and settling', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.oneof(fc.constant('add' as const), fc.nat({ max: 3 })), { maxLength: 60 }),
        async (concurrency, steps) => {
          const { queue, inHand, begun } = controlled(concurrency);
          let added = 0;
          for (const step of steps) {
            if (step === 'add') queue.add(delivery(added++));
            else inHand.splice(step % Math.max(inHand.length, 1), 1)[0]?.settle(undefined);
            await new Promise(setImmediate);
            expect(inHand.length).toBeLessThanOrEqual(concurrency);
          }
          while (inHand.length > 0) {
            inHand.pop()!.settle(undefined);
            await new Promise(setImmediate);
          }
          expect(begun).toEqual(Array.from({ length: added }, (_, tag) => tag));
          expect(queue.whenIdle()).toBeUndefined();
        },
      ),
      { numRuns: 50 },
    );
  });

  it.each([
    ['fails with an error', new Error('x')],
    ['fails with nothing', undefined],
  ])('stop the consumer when settling a delivery %s', async (_, error) => {
    const { queue, inHand, verdicts } = controlled(1);
    queue.add(delivery(0));
    inHand[0]!.fail(error);
    await expect.poll(() => verdicts.length).toBe(1);
    expect(verdicts[0]).toBeInstanceOf(Error);
    expect(queue.whenIdle()).toBeUndefined();
  });

  it('stop the consumer when settling a delivery throws', () => {
    const verdicts: Error[] = [];
    const queue = new DeliveryQueue(
      () => {
        throw new Error('x');
      },
      1,
      () => true,
      (reason) => verdicts.push(reason),
    );
    queue.add(delivery(0));
    queue.add(delivery(1));
    expect(verdicts).toHaveLength(2);
    expect(queue.whenIdle()).toBeUndefined();
  });
});

describe('a queue of deliveries', () => {
  it('forgets deliveries that have not been begun, and returns them in order', async () => {
    const { queue, inHand, begun } = controlled(1);
    for (let tag = 0; tag < 4; tag++) queue.add(delivery(tag));
    inHand.pop()!.settle(undefined);
    await expect.poll(() => begun).toEqual([0, 1]);
    queue.add(delivery(4));
    expect(queue.clear().map(tagOf)).toEqual([2, 3, 4]);
    expect(queue.clear()).toEqual([]);
    inHand.pop()!.settle(undefined);
    await expect.poll(() => queue.isIdle).toBe(true);
    expect(begun).toEqual([0, 1]);
  });

  it('begins no delivery while it may not go on', async () => {
    let mayGoOn = false;
    const begun: number[] = [];
    const queue = new DeliveryQueue(
      (pending) => void begun.push(tagOf(pending)),
      1,
      () => mayGoOn,
      () => undefined,
    );
    queue.add(delivery(0));
    expect(begun).toEqual([]);
    mayGoOn = true;
    queue.add(delivery(1));
    expect(begun).toEqual([0, 1]);
    expect(queue.isIdle).toBe(true);
  });

  it('is idle when the last delivery in hand is settled, and tells all who wait', async () => {
    const { queue, inHand } = controlled(2);
    expect(queue.isIdle).toBe(true);
    queue.add(delivery(0));
    queue.add(delivery(1));
    let idle = 0;
    const waiting = [queue.whenIdle()!, queue.whenIdle()!].map((promise) => promise.then(() => idle++));
    inHand[0]!.settle(undefined);
    await new Promise(setImmediate);
    expect(idle).toBe(0);
    expect(queue.isIdle).toBe(false);
    inHand[1]!.settle(undefined);
    await Promise.all(waiting);
    expect(idle).toBe(2);
    expect(queue.isIdle).toBe(true);
    expect(queue.whenIdle()).toBeUndefined();
    queue.add(delivery(2));
    expect(queue.whenIdle()).toBeInstanceOf(Promise);
  });

  it('reports activity while a delivery is in hand, and once for a delivery that was settled at once', async () => {
    const { queue, inHand } = controlled(1);
    expect(queue.takeActivity()).toBe(false);
    queue.add(delivery(0));
    expect(queue.takeActivity()).toBe(true);
    expect(queue.takeActivity()).toBe(true);
    inHand[0]!.settle(undefined);
    await expect.poll(() => queue.isIdle).toBe(true);
    expect(queue.takeActivity()).toBe(false);
    const quick = new DeliveryQueue(
      () => undefined,
      1,
      () => true,
      () => undefined,
    );
    quick.add(delivery(0));
    expect(quick.takeActivity()).toBe(true);
    expect(quick.takeActivity()).toBe(false);
  });

  it('reports each verdict with its delivery, and goes on', async () => {
    const told: unknown[] = [];
    const failure = new Error('x');
    const queue = new DeliveryQueue(
      (pending) =>
        tagOf(pending) === 0 ? failure : tagOf(pending) === 1 ? Promise.resolve(failure) : undefined,
      1,
      () => true,
      (reason, pending) => told.push([reason, tagOf(pending)]),
    );
    for (let tag = 0; tag < 3; tag++) queue.add(delivery(tag));
    await expect.poll(() => queue.isIdle).toBe(true);
    expect(told).toEqual([
      [failure, 0],
      [failure, 1],
    ]);
  });

  it('handles each delivery in the async context of its arrival', () => {
    const storage = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const queue = new DeliveryQueue(
      () => void seen.push(storage.getStore()),
      1,
      () => true,
      () => undefined,
    );
    const [first, second] = [
      storage.run('first', () => delivery(0)),
      storage.run('second', () => delivery(1)),
    ];
    storage.run('neither', () => {
      queue.add(first);
      queue.add(second);
    });
    expect(seen).toEqual(['first', 'second']);
  });
});
