import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Deadlines } from '../../../../lib/broker/sending/deadlines.js';
import { ChannelLoss } from '../../../../lib/broker/sending/channel-loss.js';
import { InFlight } from '../../../../lib/broker/sending/in-flight.js';
import { PendingPublication } from '../../../../lib/broker/sending/publication.js';
import { KnownRefusals } from '../../../../lib/broker/sending/refusals/known-refusals.js';
import { isNamedIn, RefusedTargets } from '../../../../lib/broker/sending/refusals/refused-targets.js';
import { SizeLimit } from '../../../../lib/broker/sending/refusals/size-limit.js';
import { SlowStart } from '../../../../lib/broker/sending/slow-start.js';
import { SendingAlone } from '../../../../lib/broker/sending/sending-alone.js';
import { PutOff } from '../../../../lib/broker/sending/put-off.js';
import { WaitingLine } from '../../../../lib/broker/sending/waiting-line.js';
import type { Fifo } from '../../../../lib/fifo/index.js';
import { PublishForbidden, PublishReturned } from '../../../../lib/exceptions/index.js';
import { closedWith } from '../../../support/fake-channels.js';

const pending = (routingKey = 'a.topic', exchange = 'an.exchange', size = 2): PendingPublication =>
  new PendingPublication(
    { exchange, routingKey, content: Buffer.alloc(size), properties: {} },
    0,
    0,
    () => undefined,
    () => undefined,
    () => undefined,
  );

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000_000_000 }));
afterEach(() => void vi.useRealTimers());

describe('deadlines of publications', () => {
  interface Expiring {
    readonly name: string;
    readonly deadline: number;
  }
  const watched = () => {
    const told: string[][] = [];
    const deadlines = new Deadlines<Expiring>((expired) => told.push(expired.map(({ name }) => name)));
    const add = (name: string, after: number): Expiring => {
      const expiring = { name, deadline: Date.now() + after };
      deadlines.add(expiring);
      return expiring;
    };
    return { told, deadlines, add };
  };

  it('are reported when they pass, at most 20 ms late, and neighbouring deadlines together', () => {
    const { told, add } = watched();
    add('a', 81);
    add('b', 99);
    add('c', 101);
    vi.advanceTimersByTime(80);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(20);
    expect(told).toEqual([['a', 'b']]);
    vi.advanceTimersByTime(20);
    expect(told).toEqual([['a', 'b'], ['c']]);
  });

  it('are reported once, also when others are added afterwards', () => {
    const { told, add } = watched();
    add('a', 20);
    vi.advanceTimersByTime(20);
    add('b', 20);
    vi.advanceTimersByTime(1000);
    expect(told).toEqual([['a'], ['b']]);
  });

  it('are reported soon when they have passed already', () => {
    const { told, add } = watched();
    add('late', -5000);
    vi.advanceTimersByTime(1);
    expect(told).toEqual([['late']]);
  });

  it('are not reported after they are removed, and leave no timer', () => {
    const { told, add, deadlines } = watched();
    const [a, b] = [add('a', 10), add('b', 10)];
    deadlines.remove(a);
    expect(vi.getTimerCount()).toBe(1);
    deadlines.remove({ name: 'unknown', deadline: 1 });
    vi.advanceTimersByTime(20);
    expect(told).toEqual([['b']]);
    const c = add('c', 10);
    deadlines.remove(c);
    deadlines.remove(b);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('are ignored when they are beyond the range of timers', () => {
    const { add } = watched();
    add('never', 2 ** 31);
    expect(vi.getTimerCount()).toBe(0);
    add('in 24 days', 2 ** 31 - 1);
    expect(vi.getTimerCount()).toBe(1);
  });
});

describe('a slow start', () => {
  it('has room for one publication until the broker has answered, and then for any number', () => {
    const start = new SlowStart(() => undefined);
    expect(start.hasRoom).toBe(true);
    start.noteSent();
    expect(start.hasRoom).toBe(false);
    start.noteAnswer();
    for (let n = 0; n < 5; n++) start.noteSent();
    expect(start.hasRoom).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('has four times as much room after each second without an answer, and reports that', () => {
    let wider = 0;
    const start = new SlowStart(() => wider++);
    const send = (): number => {
      let count = 0;
      for (; start.hasRoom && count < 100; count++) start.noteSent();
      return count;
    };
    expect(send()).toBe(1);
    vi.advanceTimersByTime(999);
    expect(wider).toBe(0);
    vi.advanceTimersByTime(1);
    expect(wider).toBe(1);
    expect(send()).toBe(3);
    vi.advanceTimersByTime(1000);
    expect(send()).toBe(12);
    // Nothing has been sent in the meantime, so nothing waits for room.
    vi.advanceTimersByTime(5000);
    expect(wider).toBe(3);
  });

  it('begins anew on another channel, and reports nothing after it is stopped', () => {
    let wider = 0;
    const start = new SlowStart(() => wider++);
    start.noteAnswer();
    start.restart();
    expect(start.hasRoom).toBe(true);
    start.noteSent();
    expect(start.hasRoom).toBe(false);
    start.restart();
    expect(start.hasRoom).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
    start.noteSent();
    start.stop();
    expect(vi.getTimerCount()).toBe(0);
    start.noteSent();
    expect(vi.getTimerCount()).toBe(1);
    expect(wider).toBe(0);
  });
});

describe('a publication that travels alone', () => {
  const watched = () => {
    const told: unknown[] = [];
    return {
      told,
      solo: new SendingAlone((traveller) => told.push(traveller?.publication.routingKey ?? 'waits')),
    };
  };

  it('starts when no other is in flight, and lasts until it is settled', () => {
    const { solo } = watched();
    const traveller = pending();
    expect(solo.mayStart(0)).toBe(true);
    solo.start(traveller);
    expect(solo.isUnderWay).toBe(true);
    solo.noteSettled(pending());
    expect(solo.isUnderWay).toBe(true);
    solo.noteSettled(traveller);
    expect(solo.isUnderWay).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('waits for other publications for a second, and then starts beside them', () => {
    const { told, solo } = watched();
    expect(solo.mayStart(3)).toBe(false);
    vi.advanceTimersByTime(500);
    expect(solo.mayStart(2)).toBe(false);
    vi.advanceTimersByTime(499);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(told).toEqual(['waits']);
    expect(solo.mayStart(2)).toBe(true);
    solo.start(pending());
    solo.stop();
    expect(solo.mayStart(2)).toBe(false);
  });

  it('makes other publications wait for a second', () => {
    const { told, solo } = watched();
    solo.start(pending('slow'));
    vi.advanceTimersByTime(999);
    expect(solo.isUnderWay).toBe(true);
    vi.advanceTimersByTime(1);
    expect(told).toEqual(['slow']);
    expect(solo.isUnderWay).toBe(false);
  });

  it('is forgotten when it is stopped, and nothing is reported', () => {
    const { told, solo } = watched();
    solo.mayStart(1);
    solo.start(pending('first'));
    solo.start(pending('second'));
    expect(vi.getTimerCount()).toBe(1);
    solo.stop();
    expect(solo.isUnderWay).toBe(false);
    vi.advanceTimersByTime(5000);
    expect(told).toEqual([]);
  });
});

describe('publications that are put off', () => {
  const watched = () => {
    let due = 0;
    const putOff = new PutOff(() => due++);
    return { putOff, dues: () => due };
  };
  /** The time until a publication is due, in milliseconds. */
  const wait = (putOff: PutOff): number => {
    for (let waited = 0; waited < 10_000; waited++) {
      if (putOff.isDue) return waited;
      vi.advanceTimersByTime(1);
    }
    return expect.unreachable('none is due');
  };

  it('are tried one at a time, in order, after a reported pause', () => {
    const { putOff, dues } = watched();
    expect(putOff.isDue).toBe(false);
    expect(putOff.first).toBeUndefined();
    const [a, b] = [pending('a'), pending('b')];
    putOff.add(a);
    putOff.add(b);
    expect([...putOff]).toEqual([a, b]);
    expect(putOff.size).toBe(2);
    expect(vi.getTimerCount()).toBe(1);
    expect(putOff.isDue).toBe(false);
    expect(wait(putOff)).toBeGreaterThanOrEqual(50);
    expect(dues()).toBe(1);
    expect(putOff.first).toBe(a);
    putOff.delete(a);
    expect(putOff.first).toBe(b);
    putOff.delete(b);
    expect(putOff.size).toBe(0);
    expect(putOff.isDue).toBe(false);
  });

  it('wait longer after each failure, at most 2 s, and briefly again after one has passed', () => {
    const { putOff } = watched();
    const suspect = pending();
    const waits: number[] = [];
    for (let n = 0; n < 7; n++) {
      putOff.add(suspect);
      waits.push(wait(putOff));
      putOff.delete(putOff.first!);
    }
    for (const [n, waited] of waits.entries()) {
      expect(waited).toBeGreaterThanOrEqual(Math.min(2000, 100 * 2 ** n) / 2);
      expect(waited).toBeLessThanOrEqual(Math.min(2000, 100 * 2 ** n) + 1);
    }
    putOff.notePassed();
    putOff.add(suspect);
    expect(wait(putOff)).toBeLessThanOrEqual(101);
  });

  it('wait briefly when the first of them is new, and not when it failed before', () => {
    const { putOff } = watched();
    const old = pending();
    for (let n = 0; n < 4; n++) {
      putOff.add(old);
      wait(putOff);
      putOff.delete(putOff.first!);
    }
    putOff.add(pending());
    expect(wait(putOff)).toBeLessThanOrEqual(101);
    putOff.delete(putOff.first!);
    putOff.add(old);
    expect(wait(putOff)).toBeGreaterThanOrEqual(100);
    // Another publication that joins changes nothing.
    putOff.add(pending());
    putOff.delete(putOff.first!);
    putOff.delete(putOff.first!);
    putOff.add(old);
    expect(wait(putOff)).toBeGreaterThanOrEqual(200);
  });

  it('wait as long again on a new channel', () => {
    const { putOff, dues } = watched();
    putOff.restart();
    expect(vi.getTimerCount()).toBe(0);
    putOff.add(pending());
    vi.advanceTimersByTime(49);
    putOff.restart();
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(49);
    expect(dues()).toBe(0);
    vi.advanceTimersByTime(60);
    expect(dues()).toBe(1);
    expect(putOff.isDue).toBe(true);
    putOff.restart();
    expect(putOff.isDue).toBe(false);
  });

  it('are forgotten one by one, and nothing is reported when they are stopped', () => {
    const { putOff } = watched();
    const suspect = pending();
    putOff.add(suspect);
    expect(suspect.wasPutOff).toBe(true);
    expect(suspect.state).toBe('putOff');
    putOff.delete(suspect);
    expect(putOff.size).toBe(0);
    putOff.stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('the size limit of a broker', () => {
  const REASON = 'PRECONDITION_FAILED - message size 200 is larger than configured max size 100';

  it('is open for bodies above 4 KiB that are larger than any accepted body', () => {
    const limit = new SizeLimit();
    expect(limit.isOpen(4096)).toBe(false);
    expect(limit.isOpen(4097)).toBe(true);
    limit.noteTaken(10_000);
    limit.noteTaken(5_000);
    expect(limit.isOpen(10_000)).toBe(false);
    expect(limit.isOpen(10_001)).toBe(true);
    expect(limit.reasonAgainst(1e9)).toBeUndefined();
  });

  it('is learned from a refusal, and forgotten with the connection', () => {
    const limit = new SizeLimit();
    expect(limit.learnFrom(REASON)).toBe(true);
    expect(limit.reasonAgainst(100)).toBeUndefined();
    expect(limit.reasonAgainst(101)).toBe(
      'PRECONDITION_FAILED - message size 101 is larger than configured max size 100',
    );
    expect(limit.isOpen(100)).toBe(false);
    expect(limit.isOpen(101)).toBe(true);
    limit.forget();
    expect(limit.reasonAgainst(101)).toBeUndefined();
    expect(limit.isOpen(4096)).toBe(false);
  });

  it('leaves the sizes open between the largest accepted body and itself', () => {
    const limit = new SizeLimit();
    limit.learnFrom('PRECONDITION_FAILED - message size 200 is larger than max size 100000');
    expect(limit.isOpen(4097)).toBe(true);
    expect(limit.reasonAgainst(100_001)).toBeDefined();
    expect(limit.reasonAgainst(100_000)).toBeUndefined();
  });

  it.each(['NOT_FOUND - no exchange', 'message size is larger', 'message size 2 is larger than', 'size 1 2'])(
    'is not learned from another reason: %s',
    (reason) => {
      const limit = new SizeLimit();
      expect(limit.learnFrom(reason)).toBe(false);
      expect(limit.reasonAgainst(1e9)).toBeUndefined();
    },
  );
});

describe('the target that a broker has closed a channel for', () => {
  const missing = closedWith(404, "NOT_FOUND - no exchange 'missing' in vhost '/'");
  const forbidden = closedWith(403, "ACCESS_REFUSED - write access to topic 'a.b' in exchange 'amq.topic' in vhost '/' refused for user 'x'"); // prettier-ignore
  const forbiddenDefault = closedWith(403, "ACCESS_REFUSED - write access to exchange 'amq.default' in vhost '/' refused for user 'x'"); // prettier-ignore
  const at = (exchange: string, routingKey: string) => ({ exchange, routingKey });

  it('is the exchange, or the topic in it, that the reason names', () => {
    expect(isNamedIn(missing, at('missing', 'a'))).toBe(true);
    expect(isNamedIn(missing, at('other', 'a'))).toBe(false);
    expect(isNamedIn(forbidden, at('amq.topic', 'a.b'))).toBe(true);
    expect(isNamedIn(forbidden, at('amq.topic', 'a.c'))).toBe(false);
    expect(isNamedIn(forbidden, at('other', 'a.b'))).toBe(false);
    expect(isNamedIn(forbiddenDefault, at('', 'a.queue'))).toBe(true);
    expect(isNamedIn(forbiddenDefault, at('amq.default', 'a.queue'))).toBe(false);
    expect(isNamedIn(closedWith(406, 'PRECONDITION_FAILED - x'), at('missing', 'a'))).toBe(false);
    expect(isNamedIn(closedWith(406, 'PRECONDITION_FAILED - x'), at('', 'a'))).toBe(false);
  });

  it('is remembered with the reason until the broker accepts a message there, or the connection ends', () => {
    const targets = new RefusedTargets();
    expect(targets.reasonAgainst(at('missing', 'a'))).toBeUndefined();
    targets.add(missing, at('missing', 'a'));
    targets.add(forbidden, at('amq.topic', 'a.b'));
    expect(targets.reasonAgainst(at('missing', 'other'))).toContain('NOT_FOUND');
    expect(targets.reasonAgainst(at('amq.topic', 'a.b'))).toContain("topic 'a.b'");
    expect(targets.reasonAgainst(at('amq.topic', 'a.c'))).toBeUndefined();
    expect(targets.reasonAgainst(at('amq', 'topic\na.b'))).toBeUndefined();
    targets.noteTaken(at('missing', 'any'));
    expect(targets.reasonAgainst(at('missing', 'a'))).toBeUndefined();
    targets.noteTaken(at('amq.topic', 'a.c'));
    expect(targets.reasonAgainst(at('amq.topic', 'a.b'))).toBeDefined();
    targets.noteTaken(at('amq.topic', 'a.b'));
    expect(targets.reasonAgainst(at('amq.topic', 'a.b'))).toBeUndefined();
    targets.noteTaken(at('amq.topic', 'a.b'));
    targets.add(missing, at('missing', 'a'));
    targets.forget();
    expect(targets.reasonAgainst(at('missing', 'a'))).toBeUndefined();
  });

  it('is not remembered when the reason names neither an exchange nor a topic', () => {
    const refusals = new KnownRefusals();
    const [publication, other] = [pending('a', 'missing').publication, pending('a', 'other').publication];
    refusals.learnTargetFrom(closedWith(406, "PRECONDITION_FAILED - invalid 'CC' header"), publication);
    expect(refusals.ofTarget(publication)).toBeUndefined();
    refusals.learnTargetFrom(missing, publication);
    expect(refusals.ofTarget(publication)).toContain('NOT_FOUND');
    expect(refusals.ofTarget(other)).toBeUndefined();
  });

  it('is remembered for at most a thousand targets', () => {
    const targets = new RefusedTargets();
    const known = (n: number): boolean => targets.reasonAgainst(at(`exchange${n}`, 'a')) !== undefined;
    for (let n = 0; n < 1000; n++) targets.add(missing, at(`exchange${n}`, 'a'));
    expect(known(0)).toBe(true);
    targets.add(missing, at('exchange1000', 'a'));
    expect(known(0)).toBe(false);
    expect(known(1000)).toBe(true);
  });
});

describe('the loss of a channel', () => {
  const missing = closedWith(404, "NOT_FOUND - no exchange 'missing' in vhost '/'");
  const unnamed = closedWith(406, "PRECONDITION_FAILED - invalid 'CC' header");

  it('because of an exchange is the fault of publications to it, which may pass later; the others are sent again', () => {
    const [bad, good] = [pending('a', 'missing'), pending('b')];
    const death = ChannelLoss.ofChannel(missing, [bad, good]);
    expect([...death.blamed]).toEqual([[bad, undefined]]);
    expect(death.unaffected).toEqual([good]);
    expect(good).toMatchObject({
      mayHaveArrived: true,
      goesAlone: false,
      obstacle: expect.stringMatching(/^the broker closed the channel: NOT_FOUND/) as string,
    });
    expect(bad).toMatchObject({
      mayHaveArrived: false,
      obstacle: expect.stringMatching(/^NOT_FOUND/) as string,
    });
  });

  it('without a name may be the fault of each publication: all are sent again, alone', () => {
    const carried = [pending('a'), pending('b')];
    const death = ChannelLoss.ofChannel(unnamed, carried);
    expect(death.blamed.size).toBe(0);
    expect(death.unaffected).toEqual(carried);
    expect(carried.map(({ goesAlone }) => goesAlone)).toEqual([true, true]);
  });

  it('leaves a doubtful publication beside a culprit doubtful', () => {
    const [bad, doubtful] = [pending('a', 'missing'), pending('b')];
    doubtful.goesAlone = true;
    ChannelLoss.ofChannel(missing, [bad, doubtful]);
    expect(doubtful.goesAlone).toBe(true);
  });

  it.each<[string, Error, (new (...args: never[]) => Error) | undefined]>([
    ['its user may not write', closedWith(403, 'ACCESS_REFUSED - x'), PublishForbidden],
    ['it is too large', closedWith(311, 'CONTENT_TOO_LARGE - x'), PublishReturned],
    ['it is wrong', unnamed, PublishReturned],
    ['its exchange is missing', missing, undefined],
    ['of an error of the broker', closedWith(541, 'INTERNAL_ERROR'), undefined],
  ])('is the fault of the only publication in flight; when %s, with this error', (_, error, exception) => {
    const only = pending();
    const { blamed } = ChannelLoss.ofChannel(error, [only]);
    expect([...blamed.keys()]).toEqual([only]);
    const refusal = blamed.get(only);
    if (!exception) expect(refusal).toBeUndefined();
    else {
      expect(refusal).toBeInstanceOf(exception);
      expect(refusal!.cause).toBe(error);
      expect(refusal!.message).toMatch(/(ACCESS_REFUSED|CONTENT_TOO_LARGE|PRECONDITION_FAILED) - /);
      if (exception === PublishReturned)
        expect(refusal!.message).toMatch(/^The broker refused the message: /);
    }
  });

  it('for the size of a body is the fault of all publications that are too large, and of no other', () => {
    const [large, small] = [pending('a', 'x', 200), pending('b', 'x', 10)];
    const reasonAgainst = (size: number): string | undefined =>
      size > 100 ? `too large: ${size}` : undefined;
    const death = ChannelLoss.ofChannel(unnamed, [large, small], reasonAgainst);
    expect([...death.blamed.keys()]).toEqual([large]);
    expect(death.blamed.get(large)!.message).toBe('The broker refused the message: too large: 200');
    expect(death.unaffected).toEqual([small]);
    const alone = ChannelLoss.ofChannel(unnamed, [small], reasonAgainst);
    expect(alone.blamed.size).toBe(0);
  });
});

describe('the loss of a connection', () => {
  const chance = undefined;
  const blamed = closedWith(501, 'FRAME_ERROR - x');
  const shutdown = closedWith(320, 'CONNECTION_FORCED - x');

  it('may be chance: its publications are sent again, and alone only after the next loss', () => {
    const carried = [pending('a'), pending('b')];
    const first = ChannelLoss.ofConnection(chance, carried);
    expect(first.unaffected).toEqual(carried);
    expect(carried[0]).toMatchObject({
      mayHaveArrived: true,
      goesAlone: false,
      obstacle: 'the connection was lost',
    });
    ChannelLoss.ofConnection(chance, carried);
    expect(carried.map(({ goesAlone }) => goesAlone)).toEqual([true, true]);
  });

  it.each([
    [true, closedWith(500), 'a code of 500 or more'],
    [true, blamed, 'a code of 500 or more'],
    [false, shutdown, 'another code'],
    [false, new Error('ECONNRESET'), 'no code'],
  ])('makes its publications doubtful (%s) when the broker gives %s', (goesAlone, error) => {
    const carried = [pending('a'), pending('b')];
    const death = ChannelLoss.ofConnection(error, carried);
    expect(carried.map((each) => each.goesAlone)).toEqual([goesAlone, goesAlone]);
    expect(carried[0]!.obstacle).toMatch(/^the connection was lost: ./);
    expect(death.blamed.size).toBe(0);
  });

  it('with one publication in flight is its fault when the broker says so, and finally after three times', () => {
    const only = pending();
    expect([...ChannelLoss.ofConnection(blamed, [only]).blamed]).toEqual([[only, undefined]]);
    expect([...ChannelLoss.ofConnection(blamed, [only]).blamed]).toEqual([[only, undefined]]);
    const refusal = ChannelLoss.ofConnection(blamed, [only]).blamed.get(only)!;
    expect(refusal).toBeInstanceOf(PublishReturned);
    expect(refusal.message).toBe('The broker refused the message: FRAME_ERROR - x');
    expect(refusal.cause).toBe(blamed);
  });

  it('with one publication in flight is its fault after three times without a reason, which may pass later', () => {
    const only = pending();
    expect(ChannelLoss.ofConnection(chance, [only]).blamed.size).toBe(0);
    expect(ChannelLoss.ofConnection(shutdown, [only]).blamed.size).toBe(0);
    expect([...ChannelLoss.ofConnection(chance, [only]).blamed]).toEqual([[only, undefined]]);
  });

  it('with nothing in flight is the fault of no publication', () => {
    const death = ChannelLoss.ofConnection(blamed, []);
    expect(death.blamed.size).toBe(0);
    expect(death.unaffected).toEqual([]);
  });
});

describe('the publications in flight', () => {
  it('are fewer than 1,000, or a single large publication of any size', () => {
    const inFlight = new InFlight();
    for (let n = 0; n < 999; n++) inFlight.add(pending());
    expect(inFlight.hasRoom).toBe(true);
    inFlight.add(pending());
    expect(inFlight.hasRoom).toBe(false);
    expect(inFlight.size).toBe(1000);
    inFlight.clear();
    expect(inFlight.size).toBe(0);
    expect(inFlight.hasRoom).toBe(true);
    const MIB = 1024 * 1024;
    const [large, last] = [pending('large', '', 16 * MIB - 1), pending('last', '', 1)];
    inFlight.add(large);
    expect(inFlight.hasRoom).toBe(true);
    inFlight.add(last);
    expect(inFlight.hasRoom).toBe(false);
    expect(inFlight.delete(last)).toBe(true);
    expect(inFlight.delete(last)).toBe(false);
    expect(inFlight.hasRoom).toBe(true);
    expect([...inFlight]).toEqual([large]);
    inFlight.add(pending('larger', '', 20 * MIB));
    inFlight.clear();
    expect(inFlight.hasRoom).toBe(true);
  });
});

describe('a waiting line', () => {
  const settle = (line: WaitingLine, settling: PendingPublication): void => {
    settling.confirm();
    line.noteSettled();
  };

  it('is first in, first out, and members may be put in front', () => {
    const line = new WaitingLine();
    const [a, b, c, d] = [pending('a'), pending('b'), pending('c'), pending('d')];
    expect(line.first).toBeUndefined();
    expect(line.next()).toBeUndefined();
    line.add(a);
    line.add(b);
    expect(line.first).toBe(a);
    expect(line.next()).toBe(a);
    expect(line.size).toBe(1);
    c.state = d.state = 'inFlight';
    line.addFirst([c, d]);
    expect([c.state, d.state]).toEqual(['waiting', 'waiting']);
    expect([...line]).toEqual([c, d, b]);
    expect(line.size).toBe(3);
    expect([line.next(), line.next(), line.next(), line.next()]).toEqual([c, d, b, undefined]);
    expect(line.size).toBe(0);
  });

  it('passes over members that have been settled meanwhile', () => {
    const line = new WaitingLine();
    const members = ['a', 'b', 'c', 'd'].map((name) => pending(name));
    for (const each of members) line.add(each);
    settle(line, members[0]!);
    settle(line, members[2]!);
    expect(line.size).toBe(2);
    expect([...line]).toEqual([members[1], members[3]]);
    expect(line.first).toBe(members[1]);
    expect(line.size).toBe(2);
    expect(line.next()).toBe(members[1]);
    expect(line.next()).toBe(members[3]);
    expect(line.size).toBe(0);
  });

  it('takes room for waiting members and few others, however many come and go', () => {
    const line = new WaitingLine();
    const roomOf = (): number => (line as unknown as { members: Fifo<PendingPublication> }).members.size;
    const kept = pending('kept');
    line.add(kept);
    for (let n = 0; n < 10_000; n++) {
      const passing = pending('passing');
      line.add(passing);
      settle(line, passing);
    }
    expect(roomOf()).toBeLessThanOrEqual(2_002);
    expect(line.size).toBe(1);
    expect([...line]).toEqual([kept]);
    expect(line.next()).toBe(kept);
    for (let n = 0; n < 10_000; n++) {
      line.add(pending('m'));
      if (n >= 5) line.next();
    }
    expect(roomOf()).toBe(5);
    expect(line.size).toBe(5);
  });

  it('is tidied when more than a thousand members, and more than half, are settled, and not each time', () => {
    const line = new WaitingLine();
    const roomOf = (): number => (line as unknown as { members: Fifo<PendingPublication> }).members.size;
    const members = Array.from({ length: 2002 }, () => pending('m'));
    for (const member of members) line.add(member);
    for (const member of members.slice(0, 1001)) settle(line, member);
    expect(roomOf()).toBe(2002);
    settle(line, members[1001]!);
    expect(roomOf()).toBe(1000);
    for (const member of members.slice(1002)) settle(line, member);
    expect(roomOf()).toBe(1000);
    expect(line.size).toBe(0);
  });
});

describe('a publication', () => {
  it('is settled once, by the first result', () => {
    const told: unknown[] = [];
    const make = () =>
      new PendingPublication(
        { exchange: '', routingKey: '', content: Buffer.alloc(0), properties: {} },
        0,
        0,
        (_pending, before) => told.push(`settled, ${before}`),
        () => told.push('confirmed'),
        ({ message }) => told.push(message),
      );
    const confirmed = make();
    confirmed.confirm();
    confirmed.confirm();
    confirmed.fail(new Error('too late'));
    expect(told.splice(0)).toEqual(['settled, waiting', 'confirmed']);
    expect(confirmed.state).toBe('settled');
    const failed = make();
    failed.fail(new Error('no'));
    failed.confirm();
    expect(told).toEqual(['settled, waiting', 'no']);
  });
});
