import { Subject } from 'rxjs';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { BackOff, type BrokerConnection } from '../../../lib/broker/index.js';
import type { ConsumerPlan } from '../../../lib/consuming/consumer-plan.js';
import { noneConsumed } from '../../../lib/consuming/consumer-statistics.js';
import { stopOnError } from '../../../lib/consuming/failure/error-policy.js';
import { Openings } from '../../../lib/consuming/running/openings.js';
import { QueueConsumer, type ConsumerSurroundings } from '../../../lib/consuming/running/queue-consumer.js';
import {
  BadDeclaration,
  ConnectionException,
  ConsumerCanceled,
  HaltConsumer,
  PermissionException,
} from '../../../lib/exceptions/index.js';
import { LibraryLogger } from '../../../lib/logging/index.js';
import { Message, type MessageCodec } from '../../../lib/message/index.js';
import { captureLog, type LogLine } from '../../support/captured-log.js';
import { deferred } from '../../support/collector.js';
import { planOf } from '../../support/consumer-plan.js';
import { errorOf } from '../../support/error-of.js';
import { closedWith, type FakeChannel, fakeDelivery, FakeConnection } from '../../support/fake-channels.js';

/** The parts of a consumer under test. */
interface StageParts {
  readonly handler?: (message: Message<object>) => unknown;
  readonly plan?: Partial<ConsumerPlan>;
  /** Called with each channel before the channel is used. */
  readonly onOpen?: (channel: FakeChannel, index: number) => void;
  readonly reconnect?: { readonly delay: number; readonly maxDelay: number };
}

/** A consumer, and the connection that it uses. */
class Stage {
  readonly log: LogLine[] = captureLog();
  readonly done: QueueConsumer[] = [];
  readonly ended: QueueConsumer[] = [];
  readonly opened: FakeConnection;
  readonly consumer: QueueConsumer;
  /** How often the consumer asked for a connection. */
  connects = 0;
  /** The answer of the connection. Default: it is up. */
  connect: () => Promise<unknown> = () => Promise.resolve(this.opened);

  constructor({
    handler = () => undefined,
    plan = {},
    onOpen,
    reconnect = { delay: 1, maxDelay: 1 },
  }: StageParts = {}) {
    this.opened = new FakeConnection(onOpen);
    const connection = {
      connect: () => (this.connects++, this.connect()),
      on: () => connection,
    } as unknown as BrokerConnection;
    const surroundings: ConsumerSurroundings = {
      logger: new LibraryLogger(),
      openings: new Openings(
        connection,
        { exchanges: {}, passiveDeclares: false, reconnect },
        new LibraryLogger(),
      ),
      codec: {
        decodeInTurns: (delivery: { properties: { messageId: string } }) =>
          new Message({ topic: delivery.properties.messageId }),
      } as unknown as MessageCodec,
      statistics: noneConsumed(),
      received: new Subject(),
      observersOf: [],
      onDone: (consumer) => void this.done.push(consumer),
      onEnded: (consumer) => void this.ended.push(consumer),
    };
    this.consumer = new QueueConsumer('Shop.onOrder', handler, planOf(plan), stopOnError, surroundings);
  }

  /** A stage whose consumer has been started. */
  static async started(parts: StageParts = {}): Promise<Stage> {
    const stage = new Stage(parts);
    await stage.consumer.start();
    return stage;
  }

  /** The newest channel. */
  get channel(): FakeChannel {
    return this.opened.channels.at(-1)!;
  }

  get lines(): string[] {
    return this.log.map(({ level, text }) => `${level}: ${text}`);
  }

  /** Resolves when the consumer consumes on its n-th channel. */
  async whenConsuming(channels: number): Promise<void> {
    await expect.poll(() => this.consumer.isConsuming && this.opened.channels.length).toBe(channels);
  }
}

const fails = (error: Error) => () => Promise.reject(error);
const refused = (): Error => closedWith(406, 'PRECONDITION_FAILED - inequivalent arg');

/** An answer that a fake channel gives only when the test says so. */
function heldAnswer() {
  const asked = deferred();
  const answer = deferred<unknown>();
  const hold = (): Promise<unknown> => {
    asked.resolve();
    return answer.promise;
  };
  return { asked: asked.promise, answer, hold };
}

afterEach(() => void vi.useRealTimers());

it('a consumer without a subscription does not know how many retries wait in the broker', async () => {
  const { consumer } = await Stage.started();
  expect(await consumer.countRetriesInBroker()).toBe(0);
  await consumer.pause();
  expect(await consumer.countRetriesInBroker()).toBeUndefined();
});

describe('a consumer', () => {
  it('reports its state: before its start, after it, and when it is cancelled', async () => {
    const { consumer, done, ended, lines } = new Stage();
    expect(consumer).toMatchObject({
      name: 'Shop.onOrder',
      queue: 'orders',
      isConsuming: false,
      isPaused: false,
      wasStarted: false,
    });
    await consumer.start();
    expect(consumer).toMatchObject({
      isConsuming: true,
      isPaused: false,
      wasStarted: true,
      error: undefined,
    });
    await consumer.cancel();
    expect(consumer).toMatchObject({
      isConsuming: false,
      isPaused: false,
      wasStarted: true,
      error: undefined,
    });
    await expect(consumer.result).resolves.toBeUndefined();
    expect(done).toEqual([consumer]);
    expect(ended).toEqual([consumer]);
    expect(lines).toEqual([]);
  });

  it('cancels at the broker and closes its channel, both once', async () => {
    const stage = await Stage.started();
    await Promise.all([stage.consumer.cancel(), stage.consumer.cancel()]);
    await stage.consumer.cancel();
    await stage.consumer.pause();
    await stage.consumer.resume();
    expect(stage.channel.methods.slice(-2)).toEqual(['cancel', 'close']);
    expect(stage.channel.callsOf('cancel')).toEqual([['a-tag']]);
    expect(stage.opened.channels).toHaveLength(1);
    expect(stage.done).toHaveLength(1);
    expect(stage.ended).toHaveLength(1);
    expect(stage.consumer.isPaused).toBe(false);
  });

  it('reports once that it had a message in hand since the last question', async () => {
    const stage = await Stage.started();
    expect(stage.consumer.inHand.takeActivity()).toBe(false);
    stage.channel.deliver(fakeDelivery(1));
    expect(stage.consumer.inHand.takeActivity()).toBe(true);
    expect(stage.consumer.inHand.takeActivity()).toBe(false);
  });

  it('has the name that the broker gave to its queue', async () => {
    const { consumer } = new Stage({ plan: { queue: '' } });
    expect(consumer.queue).toBe('');
    await consumer.start();
    expect(consumer.queue).toBe('amq.gen-1');
  });

  it('acknowledges messages on the channel of their delivery, and drops acknowledgements when that channel is gone', async () => {
    const gate = deferred();
    const handled: string[] = [];
    const stage = await Stage.started({
      handler: async ({ topic }) => {
        handled.push(topic);
        if (handled.length === 1) await gate.promise;
      },
    });
    const [first] = stage.opened.channels;
    first!.deliver(fakeDelivery(1));
    first!.deliver(fakeDelivery(2));
    first!.die();
    await stage.whenConsuming(2);
    stage.channel.deliver(fakeDelivery(7));
    gate.resolve();
    await expect.poll(() => stage.channel.callsOf('ack')).toHaveLength(1);
    expect(stage.channel.callsOf('ack')[0]![0]).toMatchObject({ fields: { deliveryTag: 7 } });
    expect(first!.callsOf('ack')).toEqual([]);
    // Deliveries that waited on the lost channel come again on another channel.
    expect(handled).toEqual(['id-1', 'id-7']);
  });
});

describe('a consumer that loses its channel', () => {
  it('subscribes again, and logs the reason', async () => {
    const stage = await Stage.started();
    stage.channel.die(closedWith(541, 'INTERNAL_ERROR - x'));
    expect(stage.consumer.isConsuming).toBe(false);
    await stage.whenConsuming(2);
    expect(stage.lines).toEqual([
      "warn: The consumer Shop.onOrder of queue 'orders' lost its channel: INTERNAL_ERROR - x; subscribing again",
    ]);
    expect(stage.done).toEqual([]);
  });

  it('waits longer each time when each channel is lost at once, and briefly again after a channel that lasted', async () => {
    const stage = await Stage.started({ reconnect: { delay: 40, maxDelay: 100_000 } });
    const waits: number[] = [];
    for (let n = 2; n <= 4; n++) {
      const lostAt = performance.now();
      stage.channel.die();
      await stage.whenConsuming(n);
      waits.push(performance.now() - lostAt);
    }
    // At least half of 40, 80 and 160 ms.
    for (const [index, wait] of waits.entries()) expect(wait).toBeGreaterThanOrEqual(19 * 2 ** index);
  });

  it('subscribes at once when it is paused and resumed later', async () => {
    const stage = await Stage.started();
    stage.channel.die();
    await stage.whenConsuming(2);
    await stage.consumer.pause();
    const next = vi.spyOn(BackOff.prototype, 'next').mockReturnValue(100_000_000);
    onTestFinished(() => next.mockRestore());
    await stage.consumer.resume();
    expect(stage.consumer.isConsuming).toBe(true);
  });

  it('stays paused while it is paused, and logs nothing', async () => {
    const stage = await Stage.started();
    const paused = stage.consumer.pause();
    stage.channel.die();
    await paused;
    expect(stage.consumer).toMatchObject({ isPaused: true, isConsuming: false });
    expect(stage.opened.channels).toHaveLength(1);
    expect(stage.lines).toEqual([]);
  });
});

describe("a consumer that can't subscribe", () => {
  it.each<[string, Error, abstract new (...args: never[]) => Error]>([
    ['its queue is refused', refused(), BadDeclaration],
    ['its queue is exclusive to another', closedWith(405), BadDeclaration],
    ['the connection can not be made', new ConnectionException('no broker'), ConnectionException],
    [
      'the user may not read',
      new PermissionException('queue', { name: 'orders' }, 'no'),
      PermissionException,
    ],
  ])('is not started when %s, and throws the reason', async (_, failure, exception) => {
    const stage = new Stage({ onOpen: ({ answers }) => (answers['assertQueue'] = fails(failure)) });
    const error = await errorOf(stage.consumer.start());
    expect(error).toBeInstanceOf(exception);
    expect(await errorOf(stage.consumer.result)).toBe(error);
    expect(stage.consumer).toMatchObject({ wasStarted: false, error, isConsuming: false });
    expect(stage.done).toEqual([stage.consumer]);
    expect(stage.ended).toEqual([stage.consumer]);
    // The caller of start() gets the error.
    expect(stage.lines).toEqual([]);
  });

  it('tries again while the reason may pass, and logs the reason', async () => {
    const stage = await Stage.started({
      onOpen: ({ answers }, index) => {
        if (index < 2) answers['assertQueue'] = fails(new Error('Connection closed'));
      },
    });
    expect(stage.consumer.isConsuming).toBe(true);
    expect(stage.lines).toEqual(
      Array(2).fill(
        "warn: The consumer Shop.onOrder of queue 'orders' could not subscribe: Connection closed; trying again",
      ),
    );
  });

  it('stops with an error in the log when its queue is refused after it lost its channel', async () => {
    const stage = await Stage.started({
      onOpen: ({ answers }, index) => {
        if (index > 0) answers['assertQueue'] = fails(refused());
      },
    });
    stage.channel.die();
    const error = await errorOf(stage.consumer.result);
    expect(error).toBeInstanceOf(BadDeclaration);
    expect(stage.consumer.error).toBe(error);
    expect(stage.lines.at(-1)).toMatch(
      /^error: The consumer Shop\.onOrder of queue 'orders' stops: .*PRECONDITION_FAILED - inequivalent arg/,
    );
    expect(stage.done).toEqual([stage.consumer]);
    await expect.poll(() => stage.ended).toEqual([stage.consumer]);
  });

  it('goes on when the refusal after it lost its channel may pass', async () => {
    const stage = await Stage.started({
      onOpen: ({ answers }, index) => {
        if (index === 1) answers['assertQueue'] = fails(closedWith(405, 'RESOURCE_LOCKED - exclusive'));
      },
    });
    stage.channel.die();
    await stage.whenConsuming(3);
    expect(stage.lines.at(-1)).toContain('could not subscribe: ');
  });

  /** A consumer that was started and waits for a connection. */
  async function connecting(connection: Promise<unknown> = new Promise(() => undefined)) {
    const stage = new Stage();
    const { connect } = stage;
    stage.connect = () => connection;
    const started = stage.consumer.start();
    await expect.poll(() => stage.connects).toBe(1);
    return { stage, started, connect };
  }

  it('is paused at once while there is no connection yet, and can be resumed', async () => {
    const { stage, started, connect } = await connecting();
    await stage.consumer.pause();
    await started;
    expect(stage.consumer).toMatchObject({ isPaused: true, wasStarted: false });
    stage.connect = connect;
    await stage.consumer.resume();
    expect(stage.consumer.isConsuming).toBe(true);
  });

  it('is paused at once while there is no connection yet, also after resume() without pause()', async () => {
    const { stage, started } = await connecting();
    void stage.consumer.resume();
    await stage.consumer.pause();
    await started;
    expect(stage.consumer.isPaused).toBe(true);
  });

  it('is cancelled at once while there is no connection, without a failure', async () => {
    const { stage, started } = await connecting();
    await stage.consumer.cancel();
    await started;
    await stage.consumer.result;
    expect(stage.opened.channels).toEqual([]);
  });

  it('is not stopped by a connection that fails for good while it is paused', async () => {
    const connection = deferred();
    const { stage, started } = await connecting(connection.promise);
    const paused = stage.consumer.pause();
    connection.reject(new ConnectionException('closed'));
    await Promise.all([paused, started]);
    expect(stage.done).toEqual([]);
    expect(stage.lines).toEqual([]);
  });

  it('gives the channel back when it is paused while it subscribes', async () => {
    const { asked, answer, hold } = heldAnswer();
    const stage = new Stage({
      onOpen: ({ answers }, index) => {
        if (index === 0) answers['consume'] = hold;
      },
    });
    const started = stage.consumer.start();
    await asked;
    const paused = stage.consumer.pause();
    answer.resolve({ consumerTag: 'a-tag' });
    await Promise.all([paused, started]);
    expect(stage.consumer).toMatchObject({ isConsuming: false, wasStarted: false });
    expect(stage.channel.methods.at(-1)).toBe('close');
    await stage.consumer.resume();
    expect(stage.opened.channels).toHaveLength(2);
    expect(stage.consumer).toMatchObject({ isConsuming: true, wasStarted: true });
  });

  it('handles a message that arrives while it is being paused only once, after it is resumed', async () => {
    const { asked, answer, hold } = heldAnswer();
    const topics: string[] = [];
    const stage = await Stage.started({ handler: ({ topic }) => void topics.push(topic) });
    const { channel } = stage;
    channel.answers['cancel'] = hold;
    const paused = stage.consumer.pause();
    await asked;
    channel.deliver(fakeDelivery(1));
    answer.resolve({});
    await paused;
    await stage.consumer.resume();
    stage.channel.deliver(fakeDelivery(2));
    expect(topics).toEqual(['id-2']);
    expect(channel.methods).not.toContain('ack');
  });

  it('logs nothing when subscribing fails while it is being paused', async () => {
    const { asked, answer, hold } = heldAnswer();
    const stage = new Stage({ onOpen: ({ answers }) => (answers['consume'] = hold) });
    const started = stage.consumer.start();
    await asked;
    const paused = stage.consumer.pause();
    answer.reject(refused());
    await Promise.all([paused, started]);
    expect(stage.consumer.error).toBeUndefined();
    expect(stage.done).toEqual([]);
    expect(stage.lines).toEqual([]);
  });

  it('is cancelled without waiting for its next attempt', async () => {
    const failure = new Error('Connection closed');
    const onOpen = ({ answers }: FakeChannel): void => void (answers['assertQueue'] = fails(failure));
    const stage = new Stage({ onOpen, reconnect: { delay: 100_000_000, maxDelay: 100_000_000 } });
    const started = stage.consumer.start();
    await expect.poll(() => stage.lines).toHaveLength(1);
    await stage.consumer.cancel();
    await started;
    expect(stage.opened.channels).toHaveLength(1);
  });
});

describe('a consumer that the broker cancels', () => {
  it('stops with ConsumerCanceled when its queue is gone', async () => {
    const stage = await Stage.started({
      onOpen: ({ answers }, index) => {
        if (index === 1) answers['checkQueue'] = fails(closedWith(404, 'NOT_FOUND - no queue'));
      },
    });
    stage.channel.deliver(null);
    const error = await errorOf(stage.consumer.result);
    expect(error).toBeInstanceOf(ConsumerCanceled);
    expect(error.message).toContain("'orders'");
    expect(stage.lines).toEqual([expect.stringMatching(/^error: .*'orders' stops: .*was deleted/)]);
    await expect.poll(() => stage.ended).toHaveLength(1);
  });

  it('subscribes again when its queue still exists, and logs that', async () => {
    const stage = await Stage.started();
    const [first] = stage.opened.channels;
    first!.deliver(null);
    expect(stage.consumer.isConsuming).toBe(false);
    // The second channel has looked for the queue.
    await stage.whenConsuming(3);
    expect(first!.isClosed).toBe(true);
    expect(stage.lines).toEqual([
      "warn: The broker cancelled the consumer Shop.onOrder of queue 'orders', but has not deleted the queue; subscribing again",
    ]);
  });

  /** A consumer that the broker has cancelled, and that checks whether its queue still exists. */
  async function looking() {
    const { asked, answer, hold } = heldAnswer();
    const stage = await Stage.started({
      onOpen: ({ answers }, index) => {
        if (index === 1) answers['checkQueue'] = hold;
      },
    });
    stage.channel.deliver(null);
    await asked;
    const isGone = async (): Promise<void> => {
      answer.reject(closedWith(404, 'NOT_FOUND - no queue'));
      await expect.poll(() => stage.opened.channels[1]!.isClosed).toBe(true);
    };
    return { stage, isGone };
  }

  it.each(['pause', 'cancel'] as const)(
    'pauses or cancels only, when %s() is called while the queue is looked for',
    async (wish) => {
      const { stage, isGone } = await looking();
      await stage.consumer[wish]();
      await isGone();
      expect(stage.consumer.error).toBeUndefined();
      expect(stage.lines).toEqual([]);
      expect(stage.opened.channels).toHaveLength(2);
    },
  );

  it('goes on with the next channel when it loses its channel while the queue is looked for, whatever the result', async () => {
    const { stage, isGone } = await looking();
    stage.opened.channels[0]!.die();
    await stage.whenConsuming(3);
    await isGone();
    await new Promise(setImmediate);
    expect(stage.consumer.isConsuming).toBe(true);
    expect(stage.consumer.error).toBeUndefined();
  });

  it('does not look for the queue when it is being paused already', async () => {
    const gate = deferred();
    const stage = await Stage.started({ handler: () => gate.promise });
    stage.channel.deliver(fakeDelivery(1));
    const paused = stage.consumer.pause();
    stage.channel.deliver(null);
    gate.resolve();
    await paused;
    expect(stage.opened.channels).toHaveLength(1);
    expect(stage.lines).toEqual([]);
  });
});

describe('a consumer with a message in hand', () => {
  async function atWork(plan: Partial<ConsumerPlan> = {}) {
    const gate = deferred();
    const handled: string[] = [];
    const handler = ({ topic }: Message<object>): unknown => {
      handled.push(topic);
      return gate.promise;
    };
    const stage = await Stage.started({ handler, plan });
    stage.channel.deliver(fakeDelivery(1));
    stage.channel.deliver(fakeDelivery(2));
    expect(handled).toEqual(['id-1']);
    return { stage, gate, handled };
  }

  it.each(['pause', 'cancel'] as const)(
    'finishes and acknowledges the message before %s() resolves; the next message is not begun',
    async (wish) => {
      const { stage, gate, handled } = await atWork();
      let isDone = false;
      const wished = stage.consumer[wish]().then(() => (isDone = true));
      await expect.poll(() => stage.channel.methods).toContain('cancel');
      expect(isDone).toBe(false);
      expect(stage.done).toEqual([]);
      expect(stage.channel.methods).not.toContain('close');
      expect(stage.consumer.isConsuming).toBe(false);
      gate.resolve();
      await wished;
      expect(stage.channel.methods.slice(-2)).toEqual(['ack', 'close']);
      expect(handled).toEqual(['id-1']);
    },
  );

  it('is cancelled without the message after the limit, with a warning; the message goes back with the channel', async () => {
    const { stage, gate } = await atWork();
    await stage.consumer.cancel(20);
    expect(stage.channel.methods).not.toContain('ack');
    expect(stage.channel.methods.at(-1)).toBe('close');
    expect(stage.lines).toEqual([
      "warn: The consumer Shop.onOrder of queue 'orders' did not finish its message within 20 ms of stopping; the message goes back into the queue",
    ]);
    await stage.consumer.result;
    expect(stage.ended).toHaveLength(1);
    gate.resolve();
  });

  it('is cancelled without a warning when it finishes within the limit, and leaves no timer behind', async () => {
    const { stage, gate } = await atWork();
    vi.useFakeTimers();
    const cancelled = stage.consumer.cancel(1000);
    gate.resolve();
    await cancelled;
    expect(vi.getTimerCount()).toBe(0);
    expect(stage.lines).toEqual([]);
  });

  it.each([Infinity, 2 ** 31])(
    'waits for the message as long as it takes when the limit is %s',
    async (limit) => {
      const { stage, gate } = await atWork();
      let isDone = false;
      const cancelled = stage.consumer.cancel(limit).then(() => (isDone = true));
      await expect.poll(() => stage.channel.methods).toContain('cancel');
      await new Promise((resolve) => setTimeout(resolve, 5));
      expect(isDone).toBe(false);
      gate.resolve();
      await cancelled;
      expect(stage.lines).toEqual([]);
    },
  );

  it('gives no warning when it has no message in hand and only the broker is slow to cancel', async () => {
    const stage = await Stage.started();
    const gate = deferred();
    stage.channel.answers['cancel'] = () => gate.promise;
    const cancelled = stage.consumer.cancel(1);
    await new Promise((resolve) => setTimeout(resolve, 10));
    gate.resolve();
    await cancelled;
    expect(stage.lines).toEqual([]);
  });

  it('handles the message once when it is paused and resumed meanwhile', async () => {
    const { stage, gate, handled } = await atWork();
    void stage.consumer.pause();
    const resumed = stage.consumer.resume();
    gate.resolve();
    await resumed;
    expect(stage.consumer.isConsuming).toBe(true);
    expect(handled.filter((topic) => topic === 'id-1')).toHaveLength(1);
  });

  it('is closed when cancelling fails', async () => {
    const stage = await Stage.started({
      onOpen: ({ answers }) => {
        answers['cancel'] = fails(new Error('Channel closed'));
        answers['close'] = fails(new Error('Channel closed'));
      },
    });
    await stage.consumer.pause();
    expect(stage.consumer).toMatchObject({ isPaused: true, isConsuming: false });
    await stage.consumer.resume();
    expect(stage.opened.channels).toHaveLength(2);
  });
});

describe('a consumer that halts', () => {
  it.each([
    [0, "log: The consumer Shop.onOrder of queue 'orders' halts: all done"],
    [3, "error: The consumer Shop.onOrder of queue 'orders' halts with exit code 3: all done"],
  ])('with exit code %s logs that, and has the exception as its result', async (exitCode, line) => {
    const halt = new HaltConsumer({ exitCode, reason: 'all done' });
    const handler = (): never => {
      throw halt;
    };
    const stage = await Stage.started({ handler });
    stage.channel.deliver(fakeDelivery(1));
    expect(await errorOf(stage.consumer.result)).toBe(halt);
    expect(stage.consumer.error).toBe(halt);
    expect(stage.lines).toEqual([line]);
    await expect.poll(() => stage.channel.methods.slice(-3)).toEqual(['ack', 'cancel', 'close']);
    expect(stage.done).toEqual([stage.consumer]);
  });

  it('logs nothing when it is being cancelled already, and is cancelled', async () => {
    const gate = deferred();
    const stage = await Stage.started({ handler: () => gate.promise });
    stage.channel.deliver(fakeDelivery(1));
    const cancelled = stage.consumer.cancel();
    gate.reject(new HaltConsumer({ exitCode: 3 }));
    await cancelled;
    await expect(stage.consumer.result).resolves.toBeUndefined();
    expect(stage.consumer.error).toBeUndefined();
    expect(stage.lines).toEqual([]);
  });

  it('is stopped by its first failure when another failure follows', async () => {
    const gates = [deferred(), deferred()];
    let begun = 0;
    const handler = (): unknown => gates[begun++]!.promise;
    const stage = await Stage.started({ handler, plan: { concurrency: 2 } });
    for (const tag of [1, 2]) stage.channel.deliver(fakeDelivery(tag));
    gates[1]!.reject(new Error('first'));
    expect((await errorOf(stage.consumer.result)).message).toBe('first');
    // The failed message goes back at once, while the other message is still in hand.
    expect(stage.channel.callsOf('nack')).toEqual([
      [
        expect.objectContaining({ fields: expect.objectContaining({ deliveryTag: 2 }) as object }),
        false,
        true,
      ],
    ]);
    expect(stage.ended).toEqual([]);
    gates[0]!.reject(new Error('second'));
    await expect.poll(() => stage.ended).toHaveLength(1);
    expect(stage.consumer.error!.message).toBe('first');
    expect(stage.done).toHaveLength(1);
  });
});
