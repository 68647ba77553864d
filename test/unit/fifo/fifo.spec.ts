import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fifo } from '../../../lib/fifo/index.js';

type Step =
  ['add', number] | ['insert', number] | ['addFirst', number[]] | ['take'] | ['takeAll'] | ['keep', number];

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(fc.constant('add' as const), fc.nat()) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('insert' as const), fc.nat({ max: 9 })) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('addFirst' as const), fc.array(fc.nat(), { maxLength: 4 })) },
  { weight: 4, arbitrary: fc.tuple(fc.constant('take' as const)) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('takeAll' as const)) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('keep' as const), fc.integer({ min: 1, max: 3 })) },
);

describe('a first-in-first-out queue', () => {
  it('has the same items as an array after the same steps, in the same order', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const queue = new Fifo<number>();
        let model: number[] = [];
        for (const [what, given] of steps) {
          switch (what) {
            case 'add':
              queue.add(given);
              model.push(given);
              break;
            case 'addFirst':
              queue.addFirst(given);
              model.unshift(...given);
              break;
            case 'insert': {
              const isLess = (other: number): boolean => other % 10 < given;
              queue.insert(given, isLess);
              model.splice(model.findLastIndex(isLess) + 1, 0, given);
              break;
            }
            case 'take':
              expect(queue.take()).toBe(model.shift());
              break;
            case 'takeAll':
              expect(queue.takeAll()).toEqual(model);
              model = [];
              break;
            case 'keep':
              queue.keep((item) => item % given === 0);
              model = model.filter((item) => item % given === 0);
          }
          expect([...queue]).toEqual(model);
          expect(queue.size).toBe(model.length);
          expect(queue.first).toBe(model[0]);
        }
      }),
    );
  });

  it('iterates over the items that waited when the iteration began, also when items are taken meanwhile', () => {
    const queue = new Fifo<number>();
    for (let n = 0; n < 5; n++) queue.add(n);
    const seen: number[] = [];
    for (const item of queue) {
      seen.push(item);
      queue.take();
      queue.add(item + 10);
    }
    expect(seen).toEqual([0, 1, 2, 3, 4]);
  });

  it('takes only the room of its items, however long a backlog lasts', () => {
    const queue = new Fifo<number>();
    for (let n = 0; n < 10; n++) queue.add(n);
    for (let n = 10; n < 5_000; n++) {
      queue.add(n);
      queue.take();
    }
    const lengths = Object.values(queue).map((field: unknown) => (field as unknown[]).length);
    expect(lengths.reduce((sum, length) => sum + length)).toBe(10);
  });
});
