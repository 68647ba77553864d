import { describe, expect, it } from 'vitest';
import { toOutcome } from '../../../lib/exceptions/index.js';
import { Drop, HaltConsumer, Nack } from '../../../lib/index.js';

class Later extends Nack {}

const unreadable = Object.defineProperty(new HaltConsumer(), 'requeue', {
  get: () => {
    throw new Error('no');
  },
});

describe('toOutcome', () => {
  it.each([new Nack(), new Drop(), new HaltConsumer({ exitCode: 3 }), new Later()])(
    'returns a thrown outcome: %o',
    (outcome) => {
      expect(toOutcome(outcome)).toBe(outcome);
    },
  );

  it.each([Nack, Drop, HaltConsumer, Later])(
    'returns an instance when the class was thrown: %o',
    (outcome) => {
      expect(toOutcome(outcome)).toBeInstanceOf(outcome);
    },
  );

  it('returns nothing for an error, a class of errors, a function, or nothing', () => {
    for (const thrown of [
      new Error('x'),
      Error,
      () => undefined,
      undefined,
      null,
      'Nack',
      { name: 'Nack' },
    ]) {
      expect(toOutcome(thrown)).toBeUndefined();
    }
  });

  it('returns nothing for a value that throws when it is read', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    class Demanding extends Nack {
      constructor(reasons: string[]) {
        super(reasons.join(', '));
      }
    }
    for (const thrown of [proxy, Demanding, unreadable]) {
      expect(toOutcome(thrown)).toBeUndefined();
    }
  });
});
