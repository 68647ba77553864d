import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import {
  type FedoraMessagingEvent,
  FedoraMessagingService,
  Message,
  PublishException,
  PublishReturned,
  PublishTimeout,
} from '../../../../lib/index.js';
import { startApp } from '../../../support/application.js';
import { errorOf } from '../../../support/error-of.js';
import { type Arrival, type Script, ScriptedBroker } from '../../../support/scripted-broker.js';

const MIB = 1024 * 1024;
/** More are not sent before the broker has confirmed some. */
const MAX_IN_FLIGHT = 1000;

/** A broker that does what its script says, and an application that publishes to it. */
class Stage {
  readonly events: FedoraMessagingEvent[] = [];

  private constructor(
    /** What the broker does with what is published; a test may change it. */
    readonly script: Script,
    readonly broker: ScriptedBroker,
    readonly service: FedoraMessagingService,
  ) {
    service.events$.subscribe((event) => this.events.push(event));
  }

  static async set(script: Script = {}): Promise<Stage> {
    const broker = await ScriptedBroker.listen(script);
    const app = await startApp({ options: { amqpUrl: broker.url, shutdownTimeout: 100 } });
    return new Stage(script, broker, app.get(FedoraMessagingService));
  }

  /** The broker has confirmed a first message, and confirms none of so many that have been published since. */
  static async unconfirmed(
    count: number,
    timeout?: number,
  ): Promise<{ stage: Stage; publishing: Promise<void>[] }> {
    const stage = await Stage.set();
    await stage.publish('first');
    stage.script.onPublish = () => undefined;
    const publishing = stage.publishMany('m', count, 0, timeout);
    await stage.whenArrived(1 + Math.min(count, MAX_IN_FLIGHT));
    return { stage, publishing };
  }

  /** Cuts the first connection. */
  cut(): void {
    this.broker.sessions[0]!.destroy();
  }

  /** Publishes a message with that topic, and a body of at least so many bytes. */
  publish(topic: string, size = 0, timeout = 20_000, headers: Record<string, unknown> = {}): Promise<void> {
    const body = size > 0 ? { text: 'x'.repeat(size) } : {};
    const publishing = this.service.publish(new Message({ topic, body, headers }), { timeout });
    // Awaited later than it may fail.
    publishing.catch(() => undefined);
    return publishing;
  }

  /** Publishes so many messages at once. */
  publishMany(prefix: string, count: number, size = 0, timeout?: number): Promise<void>[] {
    return Array.from({ length: count }, (_, n) => this.publish(`${prefix}${n}`, size, timeout));
  }

  get arrived(): string[] {
    return this.broker.arrivals.map(({ topic }) => topic);
  }

  async whenArrived(count: number): Promise<void> {
    await expect.poll(() => this.arrived.length, { interval: 5 }).toBe(count);
  }

  /** How many times each of the messages came that came more than once. */
  get duplicates(): Record<string, number> {
    const times = new Map<string, number>();
    for (const topic of this.arrived) times.set(topic, (times.get(topic) ?? 0) + 1);
    return Object.fromEntries([...times].filter(([, count]) => count > 1));
  }

  get losses(): number {
    return this.events.filter(({ type }) => type === 'disconnected').length;
  }
}

function topics(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, n) => `${prefix}${n}`);
}

function confirm(arrival: Arrival): void {
  arrival.session.confirm(arrival);
}

describe('a connection that dies', () => {
  it('has what it carried sent again on the next one, in order, and nothing that was confirmed', async () => {
    const { stage, publishing } = await Stage.unconfirmed(50);
    stage.script.onPublish = confirm;
    stage.cut();
    await Promise.all(publishing);
    expect(stage.arrived).toEqual(['first', ...topics('m', 50), ...topics('m', 50)]);
  });

  it('has what it carried sent again before what has not been sent yet', async () => {
    const { stage, publishing } = await Stage.unconfirmed(MAX_IN_FLIGHT + 200);
    stage.script.onPublish = confirm;
    stage.cut();
    await Promise.all(publishing);
    expect(stage.arrived).toEqual([
      'first',
      ...topics('m', MAX_IN_FLIGHT),
      ...topics('m', MAX_IN_FLIGHT + 200),
    ]);
  });

  it('is followed by one that carries a single message until the broker has answered it', async () => {
    const { stage, publishing } = await Stage.unconfirmed(500);
    const before: number[] = [];
    const confirmLater = async (arrival: Arrival): Promise<void> => {
      for (let turns = 0; turns < 20; turns++) await turn();
      before.push(stage.arrived.length);
      confirm(arrival);
    };
    stage.script.onPublish = (arrival) => void confirmLater(arrival);
    stage.cut();
    await Promise.all(publishing);
    expect(before[0]).toBe(502);
  });

  it('and dies again at each new one, has no more than the first message sent each time', async () => {
    const { stage, publishing } = await Stage.unconfirmed(500);
    stage.script.onPublish = ({ session }) => session.destroy();
    stage.cut();
    await expect.poll(() => stage.broker.sessions.length).toBe(4);
    stage.script.onPublish = confirm;
    await Promise.all(publishing);
    expect(Math.max(...Object.values(stage.duplicates))).toBeLessThanOrEqual(5);
    expect(stage.arrived.length).toBeLessThanOrEqual(1 + 500 + 500 + 4);
  });

  /** The broker has got a message, has not confirmed it, and is gone. */
  async function goneAfterSending(timeout?: number): Promise<{ stage: Stage; sent: Promise<void> }> {
    const { stage, publishing } = await Stage.unconfirmed(1, timeout);
    stage.broker.stop();
    await expect.poll(() => stage.losses).toBe(1);
    return { stage, sent: publishing[0]! };
  }

  it('has an error say that a message was sent, where it was, and is not sent again', async () => {
    const { stage, sent } = await goneAfterSending(1000);
    const unsent = stage.publish('unsent', 0, 1000);
    const errors = await Promise.all([errorOf(sent), errorOf(unsent)]);
    expect(errors).toEqual([expect.any(PublishTimeout), expect.any(PublishTimeout)]);
    expect(errors[0]!.message).toContain('it was sent, but the broker did not confirm it');
    expect(errors[1]!.message).not.toContain('was sent,');
  });

  it('is no reason to say that a message was not sent when publishing is shut down', async () => {
    const { stage, sent } = await goneAfterSending();
    const unsent = stage.publish('unsent');
    await stage.service.stop();
    expect((await errorOf(sent)).message).toContain('before the broker confirmed the message');
    expect((await errorOf(unsent)).message).toContain('before the message was sent');
  });
});

describe('a broker that does not confirm', () => {
  it.each([
    { limit: '1,000 messages', size: 0, inFlight: 1000, count: 3000 },
    { limit: '16 MiB of bodies', size: MIB, inFlight: 16, count: 40 },
  ])('has $limit at most, and gets another message for each that it confirms', async (numbers) => {
    const { size, inFlight, count } = numbers;
    const stage = await Stage.set();
    await stage.publish('first', size);
    const unconfirmed: Arrival[] = [];
    let most = 0;
    stage.script.onPublish = (arrival) => (most = Math.max(most, unconfirmed.push(arrival)));
    const publishing = stage.publishMany('m', count, size);
    await stage.whenArrived(1 + inFlight);
    let areConfirmed = false;
    const all = Promise.all(publishing).then(() => (areConfirmed = true));
    while (!areConfirmed) {
      if (unconfirmed.length > 0) confirm(unconfirmed.shift()!);
      await turn();
    }
    await all;
    expect(most).toBe(inFlight);
    expect(stage.arrived).toEqual(['first', ...topics('m', count)]);
  });

  it('large messages for one queue does not keep others from being sent for longer than a refusal would take', async () => {
    const stage = await Stage.set();
    stage.script.onPublish = (arrival) => {
      if (!arrival.topic.startsWith('stuck')) confirm(arrival);
    };
    const stuck = stage.publishMany('stuck', 30, 10_000);
    await stage.publish('other');
    await stage.service.stop();
    for (const publishing of stuck) expect(await errorOf(publishing)).toBeInstanceOf(PublishException);
  });
});

describe('a broker that takes no messages', () => {
  it('is sent none: they wait, in order, and none fails', async () => {
    const stage = await Stage.set();
    await stage.publish('first');
    const [session] = stage.broker.sessions;
    session!.block('low on memory');
    await expect.poll(() => stage.events.map(({ type }) => type)).toContain('blocked');
    const publishing = stage.publishMany('m', 500, 1000);
    // It takes several rounds to the broker and back until this has been published.
    const other = await startApp({ options: { amqpUrl: stage.broker.url } });
    await other.get(FedoraMessagingService).publish(new Message({ topic: 'other' }));
    expect(stage.arrived).toEqual(['first', 'other']);
    session!.unblock();
    await Promise.all(publishing);
    expect(stage.arrived).toEqual(['first', 'other', ...topics('m', 500)]);
  });

  it('and reads nothing has little in the process: what times out unsent never arrives, and the connection stays', async () => {
    const stage = await Stage.set({});
    await stage.publish('first', MIB);
    const [session] = stage.broker.sessions;
    session!.pause();
    const results = await Promise.all(
      stage.publishMany('m', 60, MIB, 1500).map((publishing) => errorOf(publishing)),
    );
    const sent = topics('m', 60).filter((_, n) => results[n]!.message.includes('it was sent'));
    // What the buffers of sockets hold, and the one that did not fit in.
    expect(sent.length).toBeGreaterThan(0);
    expect(sent.length).toBeLessThan(30);
    session!.resume();
    await stage.publish('last');
    expect(stage.arrived).toEqual(['first', ...sent, 'last']);
    expect(stage.losses).toBe(0);
  });
});

describe('a message that the broker refuses', () => {
  const limit = 100_000;
  const refuseLarge = (arrival: Arrival): void => {
    const { session, channel, size } = arrival;
    if (size <= limit) confirm(arrival);
    else session.closeChannel(channel, 406, `PRECONDITION_FAILED - message size ${size} is larger than configured max size ${limit}`); // prettier-ignore
  };

  /** Publishes a message that is refused between others, which are not. */
  async function refusalAmong(others: number, stage: Stage, topic: string, size?: number): Promise<Error> {
    const before = stage.publishMany('before', others);
    const refused = stage.publish(topic, size);
    const after = stage.publishMany('after', others);
    const error = await errorOf(refused);
    expect(error).toBeInstanceOf(PublishReturned);
    await Promise.all([...before, ...after]);
    return error;
  }

  it('for its size fails at once with the reason, and no other is sent twice for it', async () => {
    const stage = await Stage.set({ onPublish: refuseLarge });
    const error = await refusalAmong(300, stage, 'large', 2 * limit);
    expect(error.message).toMatch(/PRECONDITION_FAILED - message size 200\d+ is larger than configured max/);
    expect(stage.duplicates).toEqual({});
    expect(stage.arrived).toEqual([...topics('before', 300), 'large', ...topics('after', 300)]);
  });

  it('for its size has later ones refused unsent, as long as the connection lasts', async () => {
    const stage = await Stage.set({ onPublish: refuseLarge });
    const all = [stage.publish('large', 2 * limit), ...stage.publishMany('larger', 20, 3 * limit)];
    for (const publishing of all) expect(await errorOf(publishing)).toBeInstanceOf(PublishReturned);
    expect((await errorOf(stage.publish('later', 2 * limit))).message).toMatch(
      /message size 2000\d+ is larger/,
    );
    expect(stage.arrived).toEqual(['large']);
    await stage.publish('small');
    // The broker may come back with another limit.
    stage.script.onPublish = confirm;
    stage.cut();
    await expect.poll(() => stage.losses).toBe(1);
    await stage.publish('small again');
    await stage.publish('larger', 3 * limit);
  });

  it('without naming it fails at once, alone; each of those that were on their way with it is sent again once', async () => {
    let isRefused = false;
    const onPublish = (arrival: Arrival): void => {
      const { session, channel, topic } = arrival;
      if (topic === 'bad') {
        isRefused = true;
        session.closeChannel(channel, 406, "PRECONDITION_FAILED - invalid 'CC' header");
        // Those that came before it have not been confirmed then, and might have been the reason as well.
      } else if (isRefused || topic === 'first') confirm(arrival);
    };
    const stage = await Stage.set({ onPublish });
    await stage.publish('first');
    const error = await refusalAmong(100, stage, 'bad');
    expect(error.message).toContain("invalid 'CC' header");
    expect(Math.max(...Object.values(stage.duplicates))).toBe(2);
    expect(stage.broker.timesOf('bad')).toBe(2);
  });

  it('because its exchange is missing, with many others of that kind, costs the rest one more sending, and few channels', async () => {
    const onPublish = (arrival: Arrival): void => {
      const { session, channel, topic } = arrival;
      if (!topic.startsWith('bad')) confirm(arrival);
      else session.closeChannel(channel, 404, "NOT_FOUND - no exchange 'missing' in vhost '/'");
    };
    const stage = await Stage.set({ onPublish });
    await stage.publish('first');
    const bad: Promise<void>[] = [];
    const good: Promise<void>[] = [];
    for (let round = 0; round < 100; round++) {
      const missing = { exchange: 'missing', timeout: 1500 };
      good.push(stage.publish(`before${round}`));
      bad.push(stage.service.publish(new Message({ topic: `bad${round}` }), missing));
      good.push(stage.publish(`after${round}`));
      await turn();
    }
    const failed = await Promise.all(bad.map((publishing) => errorOf(publishing)));
    for (const error of failed) {
      expect(error).toBeInstanceOf(PublishTimeout);
      expect(error.message).toContain('NOT_FOUND');
    }
    await Promise.all(good);
    const sentAgain = Object.entries(stage.duplicates).filter(([topic]) => !topic.startsWith('bad'));
    expect(Math.max(1, ...sentAgain.map(([, times]) => times))).toBeLessThanOrEqual(2);
    expect(stage.broker.sessions[0]!.publishing.length).toBeLessThan(15);
  });

  it('by closing the connection fails with the reason, and costs the others no more than one more sending', async () => {
    const onPublish = (arrival: Arrival): void => {
      if (arrival.topic === 'bad') arrival.session.close(501, 'FRAME_ERROR - a frame of the wrong kind');
      else confirm(arrival);
    };
    const stage = await Stage.set({ onPublish });
    await stage.publish('first');
    const error = await refusalAmong(100, stage, 'bad');
    expect(error.message).toContain('FRAME_ERROR - a frame of the wrong kind');
    const { bad: timesOfBad, ...others } = stage.duplicates;
    expect(timesOfBad).toBeLessThanOrEqual(4);
    expect(Math.max(1, ...Object.values(others))).toBeLessThanOrEqual(2);
  });

  it('by ending the connection without a word lets the others pass, and is tried until its timeout', async () => {
    const onPublish = (arrival: Arrival): void => {
      if (arrival.topic === 'bad') arrival.session.destroy();
      else confirm(arrival);
    };
    const stage = await Stage.set({ onPublish });
    await stage.publish('first');
    const bad = stage.publish('bad', 0, 6000);
    const others = stage.publishMany('other', 200);
    const [firstToEnd] = await Promise.all([
      Promise.race([bad.catch(() => 'the bad one'), Promise.all(others).then(() => 'all others')]),
      ...others,
    ]);
    expect(firstToEnd).toBe('all others');
    expect(await errorOf(bad)).toBeInstanceOf(PublishTimeout);
    expect(stage.broker.timesOf('bad')).toBeLessThanOrEqual(20);
    expect(
      Math.max(1, ...topics('other', 200).map((topic) => stage.broker.timesOf(topic))),
    ).toBeLessThanOrEqual(4);
    await stage.publish('last');
  });
});

describe('headers', () => {
  it('that need a larger frame than the connection has are a ValidationError, and nothing else suffers', async () => {
    const stage = await Stage.set({ frameMax: 8192 });
    const before = stage.publishMany('before', 10);
    const large = stage.publish('large', 0, 20_000, { text: 'x'.repeat(8192) });
    const largest = stage.publish('largest', 5000, 20_000, { text: 'x'.repeat(7500) });
    const after = stage.publishMany('after', 10);
    await expect(large).rejects.toThrow(/\/headers.* \d+ bytes.* 8192 \(frame_max\)/);
    await Promise.all([...before, largest, ...after]);
    expect(stage.arrived).toEqual([...topics('before', 10), 'largest', ...topics('after', 10)]);
    expect(stage.losses).toBe(0);
  });
});

describe('a channel that the broker closes right after each confirmation', () => {
  it('is replaced after longer and longer pauses', async () => {
    const onPublish = (arrival: Arrival): void => {
      confirm(arrival);
      arrival.session.closeChannel(arrival.channel, 541, 'INTERNAL_ERROR - again');
    };
    const stage = await Stage.set({ onPublish });
    const start = Date.now();
    for (const topic of topics('m', 7)) await stage.publish(topic);
    // At least half of 50 + 100 + 200 + 400 + 800 + 1600 ms.
    expect(Date.now() - start).toBeGreaterThan(1500);
    expect(stage.duplicates).toEqual({});
  });
});
