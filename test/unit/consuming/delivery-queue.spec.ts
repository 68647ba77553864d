import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PendingDelivery } from '../../../lib/consuming/delivery/pending-delivery.js';
import type { Verdict } from '../../../lib/consuming/delivery/delivery-handler.js';
import { DeliveryQueue } from '../../../lib/consuming/delivery/delivery-queue.js';

const delivery = (tag: number): PendingDelivery =>
  new PendingDelivery({ fields: { deliveryTag: tag } } as never, {} as never);
const tagOf = ({ delivery }: PendingDelivery): number => delivery.fields.deliveryTag;

/** A queue whose deliveries are settled by the test, and what has been begun and told. */
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

describe('the deliveries that wait for their turn', () => {
  it('take no more room than there are of them, however long there is a backlog', async () => {
    const { queue, inHand } = controlled(1);
    for (let tag = 0; tag < 10; tag++) queue.add(delivery(tag));
    for (let tag = 10; tag < 5_000; tag++) {
      queue.add(delivery(tag));
      inHand.pop()!.settle(undefined);
      while (inHand.length === 0) await Promise.resolve();
    }
    const kept = Object.values(queue).flatMap((field: unknown) =>
      Array.isArray(field) ? [field.length] : [],
    );
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.reduce((sum, length) => sum + length)).toBe(9);
  });

  it('are begun in order, so many at a time, whenever they come and are settled', async () => {
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
  ])('are a reason to stop where settling one of them %s', async (_, error) => {
    const { queue, inHand, verdicts } = controlled(1);
    queue.add(delivery(0));
    inHand[0]!.fail(error);
    await expect.poll(() => verdicts.length).toBe(1);
    expect(verdicts[0]).toBeInstanceOf(Error);
    expect(queue.whenIdle()).toBeUndefined();
  });

  it('are a reason to stop where settling one of them throws', () => {
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
