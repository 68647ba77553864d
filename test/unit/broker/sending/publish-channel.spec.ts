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
/** Further messages are sent only when the broker has confirmed some. */
const MAX_IN_FLIGHT = 1000;

/** A broker that follows a script, and an application that publishes to it. */
class Stage {
  readonly events: FedoraMessagingEvent[] = [];

  private constructor(
    /** The broker's reaction to a message; a test may change it. */
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

  /** The broker has confirmed a first message, and confirms none of the `count` messages published since. */
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

  /** Publishes a message with this topic, and a body of at least `size` bytes. */
  publish(topic: string, size = 0, timeout = 20_000, headers: Record<string, unknown> = {}): Promise<void> {
    const body = size > 0 ? { text: 'x'.repeat(size) } : {};
    const publishing = this.service.publish(new Message({ topic, body, headers }), { timeout });
    // The test awaits the promise later than it may reject.
    publishing.catch(() => undefined);
    return publishing;
  }

  /** Publishes `count` messages at once. */
  publishMany(prefix: string, count: number, size = 0, timeout?: number): Promise<void>[] {
    return Array.from({ length: count }, (_, n) => this.publish(`${prefix}${n}`, size, timeout));
  }

  get arrived(): string[] {
    return this.broker.arrivals.map(({ topic }) => topic);
  }

  async whenArrived(count: number): Promise<void> {
    await expect.poll(() => this.arrived.length, { interval: 5 }).toBe(count);
  }

  /** How often each message came that came more than once. */
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

describe('a publishing connection that dies', () => {
  it('has its unconfirmed messages sent again on the next connection, in order, and no confirmed message', async () => {
    const { stage, publishing } = await Stage.unconfirmed(50);
    stage.script.onPublish = confirm;
    stage.cut();
    await Promise.all(publishing);
    expect(stage.arrived).toEqual(['first', ...topics('m', 50), ...topics('m', 50)]);
  });

  it('has its unconfirmed messages sent again before messages that have not been sent yet', async () => {
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

  it('is followed by a connection that carries a single message until the broker has answered it', async () => {
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

  it('has at most its first message sent each time when each new connection dies, too', async () => {
    const { stage, publishing } = await Stage.unconfirmed(500);
    stage.script.onPublish = ({ session }) => session.destroy();
    stage.cut();
    await expect.poll(() => stage.broker.sessions.length).toBe(4);
    stage.script.onPublish = confirm;
    await Promise.all(publishing);
    expect(Math.max(...Object.values(stage.duplicates))).toBeLessThanOrEqual(5);
    expect(stage.arrived.length).toBeLessThanOrEqual(1 + 500 + 500 + 4);
  });

  /** The broker has received a message, has not confirmed it, and is gone. */
  async function goneAfterSending(timeout?: number): Promise<{ stage: Stage; sent: Promise<void> }> {
    const { stage, publishing } = await Stage.unconfirmed(1, timeout);
    stage.broker.stop();
    await expect.poll(() => stage.losses).toBe(1);
    return { stage, sent: publishing[0]! };
  }

  it('gives a message that was sent an error that says so, and the message is not sent again', async () => {
    const { stage, sent } = await goneAfterSending(1000);
    const unsent = stage.publish('unsent', 0, 1000);
    const errors = await Promise.all([errorOf(sent), errorOf(unsent)]);
    expect(errors).toEqual([expect.any(PublishTimeout), expect.any(PublishTimeout)]);
    expect(errors[0]!.message).toContain('it was sent, but the broker did not confirm it');
    expect(errors[1]!.message).not.toContain('was sent,');
  });

  it('gives a message the error "before the message was sent" only if it was not sent, when publishing is shut down', async () => {
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
  ])('gets at most $limit at once, and another message for each that it confirms', async (numbers) => {
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

  it('gets other messages although it does not confirm large messages for a queue, after a short wait', async () => {
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

describe('a broker that accepts no messages', () => {
  it('is sent none: messages wait, in order, and none fails', async () => {
    const stage = await Stage.set();
    await stage.publish('first');
    const [session] = stage.broker.sessions;
    session!.block('low on memory');
    await expect.poll(() => stage.events.map(({ type }) => type)).toContain('blocked');
    const publishing = stage.publishMany('m', 500, 1000);
    // Publishing this takes several round trips to the broker.
    const other = await startApp({ options: { amqpUrl: stage.broker.url } });
    await other.get(FedoraMessagingService).publish(new Message({ topic: 'other' }));
    expect(stage.arrived).toEqual(['first', 'other']);
    session!.unblock();
    await Promise.all(publishing);
    expect(stage.arrived).toEqual(['first', 'other', ...topics('m', 500)]);
  });

  it('holds only a few messages in its connection when it reads nothing; messages that time out unsent never arrive', async () => {
    const stage = await Stage.set({});
    await stage.publish('first', MIB);
    const [session] = stage.broker.sessions;
    session!.pause();
    const results = await Promise.all(
      stage.publishMany('m', 60, MIB, 1500).map((publishing) => errorOf(publishing)),
    );
    const sent = topics('m', 60).filter((_, n) => results[n]!.message.includes('it was sent'));
    // The messages in the buffers of sockets, and the message that did not fit.
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

  /** Publishes a message that is refused, between messages that are accepted. */
  async function refusalAmong(others: number, stage: Stage, topic: string, size?: number): Promise<Error> {
    const before = stage.publishMany('before', others);
    const refused = stage.publish(topic, size);
    const after = stage.publishMany('after', others);
    const error = await errorOf(refused);
    expect(error).toBeInstanceOf(PublishReturned);
    await Promise.all([...before, ...after]);
    return error;
  }

  it('fails at once with the reason when it is too large, and no other message is sent twice', async () => {
    const stage = await Stage.set({ onPublish: refuseLarge });
    const error = await refusalAmong(300, stage, 'large', 2 * limit);
    expect(error.message).toMatch(/PRECONDITION_FAILED - message size 200\d+ is larger than configured max/);
    expect(stage.duplicates).toEqual({});
    expect(stage.arrived).toEqual([...topics('before', 300), 'large', ...topics('after', 300)]);
  });

  it('makes later messages of its size fail unsent, as long as the connection lasts', async () => {
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

  it('fails alone and at once when the broker does not name it; messages in flight with it are sent again once', async () => {
    let isRefused = false;
    const onPublish = (arrival: Arrival): void => {
      const { session, channel, topic } = arrival;
      if (topic === 'bad') {
        isRefused = true;
        session.closeChannel(channel, 406, "PRECONDITION_FAILED - invalid 'CC' header");
        // Messages before it are unconfirmed at that time, and might have been the reason, too.
      } else if (isRefused || topic === 'first') confirm(arrival);
    };
    const stage = await Stage.set({ onPublish });
    await stage.publish('first');
    const error = await refusalAmong(100, stage, 'bad');
    expect(error.message).toContain("invalid 'CC' header");
    expect(Math.max(...Object.values(stage.duplicates))).toBe(2);
    expect(stage.broker.timesOf('bad')).toBe(2);
  });

  it('costs other messages at most one more sending, and few channels, when its exchange is missing, like that of many', async () => {
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

  it('fails with the reason when the broker closes the connection; other messages are sent at most once more', async () => {
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

  it('lets other messages pass when the broker ends the connection without a reason, and is tried until its timeout', async () => {
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

describe('the headers of a message', () => {
  it('are a ValidationError when they exceed the frame of the connection, and other messages are not affected', async () => {
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
