import { EventEmitter } from 'node:events';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  BackOff,
  type Channel,
  type ConsumeMessage,
  type Outbox,
  type Publication,
} from '../../../lib/broker/index.js';
import { Acknowledgements } from '../../../lib/consuming/delivery/acknowledgements.js';
import type { RetryOptions } from '../../../lib/config/index.js';
import type { ConsumerOptions } from '../../../lib/consuming/consumer-options.interface.js';
import type { ConsumerPlan } from '../../../lib/consuming/consumer-plan.js';
import { errorPolicyFor } from '../../../lib/consuming/failure/error-policy-for.js';
import type { ErrorPolicy, FailedDelivery } from '../../../lib/consuming/failure/error-policy.js';
import {
  BadDeclaration,
  ConfigurationException,
  ConnectionException,
  PublishForbidden,
  PublishReturned,
} from '../../../lib/exceptions/index.js';
import { LibraryLogger } from '../../../lib/logging/index.js';
import { captureLog, type LogLine } from '../../support/captured-log.js';
import { planOf } from '../../support/consumer-plan.js';

const UNROUTABLE = 'The broker returned the message as unroutable: 312 NO_ROUTE';
const NACKED = 'The broker rejected the message (basic.nack)';

type Answer = Error | 'taken' | 'never';

/** A retry policy, the broker of its copies, and the channel of the failed message. */
class Stage {
  readonly copies: Publication[] = [];
  readonly timeouts: number[] = [];
  /** The outcomes that the channel of the failed message was told. */
  readonly told: unknown[][] = [];
  /** The reasons why the channel of the failed message was given up. */
  readonly failures: string[] = [];
  readonly channel = new EventEmitter();
  readonly acknowledgements: Acknowledgements;
  readonly policy: ErrorPolicy;
  readonly publishing: { publish: Outbox['publish'] };
  /** How long messages wait in the process, in milliseconds. */
  readonly delays: number[] = [];
  readonly log: LogLine[] = captureLog();

  constructor(
    private readonly answers: Answer[] = [],
    options: RetryOptions = {},
    plan: Partial<ConsumerPlan> = {},
    onError: ConsumerOptions['onError'] = 'retry',
  ) {
    this.publishing = {
      publish: async (copy: Publication, timeout: number): Promise<void> => {
        this.copies.push(copy);
        this.timeouts.push(timeout);
        const answer = this.answers.shift() ?? 'taken';
        if (answer === 'never') await new Promise(() => undefined);
        if (answer instanceof Error) throw answer;
      },
    };
    Object.assign(this.channel, {
      ack: ({ fields }: ConsumeMessage) => this.told.push(['ack', fields.deliveryTag]),
      nack: ({ fields }: ConsumeMessage, _: boolean, requeue: boolean) =>
        this.told.push([requeue ? 'requeue' : 'reject', fields.deliveryTag]),
    });
    this.acknowledgements = new Acknowledgements(this.channel as unknown as Channel, ({ message }) =>
      this.failures.push(message),
    );
    this.policy = errorPolicyFor(planOf(plan), { onError, retry: options }, 'Shop.onOrder', {
      outbox: this.publishing as Outbox,
      passiveDeclares: false,
      logger: new LibraryLogger(),
    });
  }

  failed(failures = 1, headers: object = {}, properties: object = {}): FailedDelivery {
    const delivery = {
      fields: { deliveryTag: 1, exchange: 'amq.topic', routingKey: 'an.order' },
      properties: { messageId: 'an-id', headers, ...properties },
      content: Buffer.from('{}'),
    } as unknown as ConsumeMessage;
    const { acknowledgements } = this;
    acknowledgements.delivered(delivery);
    const retryIn = (delay: number): void => void this.delays.push(delay);
    return { delivery, acknowledgements, failures, error: new Error('out of cheese'), retryIn };
  }

  /** Lets a message fail, and resolves when its channel has the outcome. */
  async apply(failures = 1, headers: object = {}, properties: object = {}): Promise<Error | undefined> {
    const result = await this.policy.decide(this.failed(failures, headers, properties)).apply();
    this.acknowledgements.flush();
    return result;
  }

  get queues(): string[] {
    return this.copies.map(({ routingKey }) => routingKey);
  }

  get warnings(): string[] {
    return this.log.map(({ level, text }) => `${level}: ${text}`);
  }
}

const passing = (): Error => new ConnectionException('the broker is away');
const declined = (code: number): Error =>
  new BadDeclaration('exchange', { name: 'orders' }, 'no', {
    cause: Object.assign(new Error('no'), { code }),
  });

describe("onError 'retry'", () => {
  it('acknowledges a message only when the broker has its copy', async () => {
    const stage = new Stage(['never']);
    void stage.apply();
    await expect.poll(() => stage.copies.length).toBe(1);
    stage.acknowledgements.flush();
    expect(stage.told).toEqual([]);
    const other = new Stage();
    expect(await other.apply()).toBeUndefined();
    expect(other.told).toEqual([['ack', 1]]);
    expect(other.warnings).toEqual([]);
  });

  it('gives the broker 30 s to take a copy', async () => {
    const stage = new Stage();
    await stage.apply();
    expect(stage.timeouts).toEqual([30_000]);
  });

  it('calls the handler 5 times by default, after 1, 2, 4 and 8 s, and then parks', async () => {
    const stage = new Stage();
    for (let failures = 1; failures <= 5; failures++) await stage.apply(failures);
    expect(stage.queues).toEqual([
      'orders.retry.1000',
      'orders.retry.2000',
      'orders.retry.4000',
      'orders.retry.8000',
      'orders.parked',
    ]);
    expect(stage.copies.map(({ properties }) => properties.mandatory)).toEqual(Array(5).fill(true));
  });

  it('logs the next step with the error', () => {
    const stage = new Stage([], { attempts: 3, delay: 500 });
    const describe = (failures: number): string => stage.policy.decide(stage.failed(failures)).description;
    expect(describe(1)).toBe('attempt 2 of 3 comes in 500 ms');
    expect(describe(2)).toBe('attempt 3 of 3 comes in 1000 ms');
    expect(describe(3)).toBe(
      "the last of 3 attempts failed, so the message is parked in queue 'orders.parked'",
    );
  });

  it('knows the number of earlier failures of a message that comes back', () => {
    const stage = new Stage();
    const { delivery } = stage.failed(1, {
      'x-retry-attempt': 2,
      'x-retry-topic': 'an.order',
      'x-death': [{ queue: 'orders.retry.50' }],
    });
    expect(stage.policy.earlierFailures(delivery)).toBe(0);
    Object.assign(delivery.fields, { exchange: '', routingKey: 'orders' });
    expect(stage.policy.earlierFailures(delivery)).toBe(2);
  });

  it('declares a queue for each delay, which doubles up to maxDelay, and a parking queue', () => {
    const { policy } = new Stage([], { attempts: 5, delay: 100, maxDelay: 300 });
    expect(policy.auxiliaryQueues.map(({ name }) => name)).toEqual([
      'orders.retry.100',
      'orders.retry.200',
      'orders.retry.300',
      'orders.parked',
    ]);
  });

  it('keeps messages in quorum queues, or in classic queues if the broker has no quorum queues', () => {
    const [waiting, parking] = new Stage([], { attempts: 2, delay: 50 }).policy.auxiliaryQueues;
    const kept = { durable: true, autoDelete: false, exclusive: false };
    const back = {
      'x-message-ttl': 50,
      'x-dead-letter-exchange': '',
      'x-dead-letter-routing-key': 'orders',
    };
    const quorum = {
      'x-queue-type': 'quorum',
      'x-dead-letter-strategy': 'at-least-once',
      'x-overflow': 'reject-publish',
      ...back,
    };
    expect(waiting!.variants).toEqual([
      { options: { ...kept, arguments: { ...quorum, 'x-delivery-limit': -1 } }, since: 4 },
      { options: { ...kept, arguments: quorum } },
      { options: { ...kept, arguments: back } },
    ]);
    expect(parking!.variants).toEqual([
      { options: { ...kept, arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': -1 } }, since: 4 },
      { options: { ...kept, arguments: { 'x-queue-type': 'quorum' } } },
      { options: { ...kept, arguments: {} } },
    ]);
  });

  it('limits delays to a minute by default, but to at least the first delay', () => {
    const namesOf = (options: RetryOptions): string[] =>
      new Stage([], options).policy.auxiliaryQueues.map(({ name }) => name);
    expect(namesOf({ attempts: 8, delay: 30_000 })).toEqual([
      'orders.retry.30000',
      'orders.retry.60000',
      'orders.parked',
    ]);
    expect(namesOf({ attempts: 4, delay: 90_000 })).toEqual(['orders.retry.90000', 'orders.parked']);
  });

  it.each<[string, RetryOptions]>([
    ['attempts', { attempts: 0 }],
    ['attempts', { attempts: 1.5 }],
    ['delay', { delay: 0 }],
    ['attempts', { attempts: '3' as unknown as number }],
    ['delay', { delay: '5' as unknown as number }],
    ['maxDelay', { maxDelay: -1 }],
  ])('is refused when %s is not a whole number of at least 1: %o', (name, options) => {
    expect(() => new Stage([], options)).toThrow(ConfigurationException);
    expect(() => new Stage([], options)).toThrow(
      new RegExp(
        `'orders': 'retry\\.${name}' must be a whole number of at least 1, but is ${JSON.stringify(options[name as 'delay'])}`,
      ),
    );
  });

  it('accepts a single attempt and delays of a millisecond', () => {
    const namesOf = (attempts: number): string[] =>
      new Stage([], { attempts, delay: 1, maxDelay: 1 }).policy.auxiliaryQueues.map(({ name }) => name);
    expect(namesOf(1)).toEqual(['orders.parked']);
    expect(namesOf(2)).toEqual(['orders.retry.1', 'orders.parked']);
  });

  it('is refused when the name of a queue is too long for AMQP, or not a string', () => {
    expect(() => new Stage([], {}, { queue: 'q'.repeat(250) })).toThrow(
      /must be a string of at most 255 bytes/,
    );
    expect(() => new Stage([], { parkingQueue: 'p'.repeat(256) })).toThrow(ConfigurationException);
    expect(() => new Stage([], { parkingQueue: 5 as unknown as string })).toThrow(/but is 5/);
    expect(new Stage([], { parkingQueue: 'p'.repeat(255) }).policy.auxiliaryQueues.at(-1)!.name).toBe(
      'p'.repeat(255),
    );
  });
});

describe('a retry copy that the broker does not take', () => {
  afterEach(() => void vi.useRealTimers());

  it('is published again after growing pauses, until the broker takes it', async () => {
    const stage = new Stage([passing(), passing(), passing()]);
    const times: number[] = [];
    stage.copies.push = (): number => times.push(performance.now());
    expect(await stage.apply()).toBeUndefined();
    // At least half of 200, 400 and 800 ms.
    const pauses = times.slice(1).map((time, index) => time - times[index]!);
    expect(pauses).toHaveLength(3);
    for (const [index, pause] of pauses.entries()) expect(pause).toBeGreaterThanOrEqual(99 * 2 ** index);
    expect(stage.told).toEqual([['ack', 1]]);
    expect(stage.warnings).toEqual(
      Array(3).fill(
        `warn: The message "an-id" with topic "an.order" of queue 'orders' can't be put into queue 'orders.retry.1000': the broker is away; trying again`,
      ),
    );
  });

  it.each<[string, Error]>([
    ['the queue is full', new PublishReturned(NACKED)],
    ['the broker is away', passing()],
    ['an exchange can not be declared for a while', declined(405)],
  ])('does not stop the consumer when the reason may pass: %s', async (_, failure) => {
    const stage = new Stage([failure]);
    expect(await stage.apply()).toBeUndefined();
    expect(stage.queues).toEqual(['orders.retry.1000', 'orders.retry.1000']);
    expect(stage.told).toEqual([['ack', 1]]);
  });

  it.each<[string, Error]>([
    ['the user may not write there', new PublishForbidden('ACCESS_REFUSED')],
    ['the user may not declare an exchange', declined(403)],
  ])(
    'stops the consumer when only an operator can help, and the message is not settled: %s',
    async (_, failure) => {
      const stage = new Stage([failure]);
      const reason = await stage.apply();
      expect(reason!.message).toContain(
        `The message "an-id" with topic "an.order" of queue 'orders' can't be put into queue 'orders.retry.1000': `,
      );
      expect(reason!.cause).toBe(failure);
      expect(stage.copies).toHaveLength(1);
      expect(stage.told).toEqual([]);
    },
  );

  it('makes the consumer give up its channel when the retry queue was deleted; the next subscription declares the queue', async () => {
    const stage = new Stage([new PublishReturned(UNROUTABLE)]);
    expect(await stage.apply()).toBeUndefined();
    expect(stage.failures).toEqual(["the queue 'orders.retry.1000' is gone"]);
    expect(stage.copies).toHaveLength(1);
    expect(stage.told).toEqual([]);
  });

  it("is replaced at once by a parked message with essential headers when it can't be written, with an error in the log", async () => {
    const stage = new Stage([new PublishReturned('The broker refused the message: PRECONDITION_FAILED')]);
    expect(await stage.apply(1, { own: 'x', fedora_messaging_schema: 'a.schema' })).toBeUndefined();
    expect(stage.queues).toEqual(['orders.retry.1000', 'orders.parked']);
    expect(stage.copies[1]!.properties.headers).toEqual({
      fedora_messaging_schema: 'a.schema',
      'x-retry-topic': 'an.order',
      'x-retry-error': 'out of cheese',
      'x-retry-failures': 1,
      'x-retry-parked-at': expect.any(String) as string,
    });
    expect(stage.told).toEqual([['ack', 1]]);
    expect(stage.warnings).toEqual([
      expect.stringMatching(/^error: .*PRECONDITION_FAILED; the message is not retried$/),
    ]);
  });

  it("leads to a rejected message when it can't be parked either, with an error in the log", async () => {
    const refused = (): Error => new PublishReturned('The broker refused the message: PRECONDITION_FAILED');
    const stage = new Stage([refused(), refused()]);
    expect(await stage.apply()).toBeUndefined();
    expect(stage.told).toEqual([['reject', 1]]);
    expect(stage.warnings.at(-1)).toBe(
      `error: The message "an-id" with topic "an.order" of queue 'orders' is rejected: the broker can't park it either`,
    );
  });

  it("is not sent at all when its headers can't be written", async () => {
    const stage = new Stage();
    await stage.apply(1, { odd: { '!': 'int', value: 'x' } });
    expect(stage.queues).toEqual(['orders.parked']);
    expect(stage.warnings).toEqual([
      expect.stringMatching(
        /The copy .*\/headers has a table with the key '!', or tables nested more than 100 deep/,
      ),
    ]);
  });

  /** The broker has refused a copy with a passing reason, and the consumer has stopped before the next attempt. */
  async function endedAfterOneAttempt(): Promise<Stage> {
    const stage = new Stage([passing()]);
    const applied = stage.apply();
    await expect.poll(() => stage.warnings).toHaveLength(1);
    stage.acknowledgements.end();
    expect(await applied).toBeUndefined();
    return stage;
  }

  it('does not delay the stop of the consumer until its next attempt', async () => {
    const next = vi.spyOn(BackOff.prototype, 'next').mockReturnValue(100_000_000);
    onTestFinished(() => next.mockRestore());
    const stage = await endedAfterOneAttempt();
    expect(stage.copies).toHaveLength(1);
  });

  it('leaves no listener for the end of the consumer behind', async () => {
    const stage = new Stage([passing()]);
    const { ending } = stage.acknowledgements;
    const [added, removed] = [vi.spyOn(ending, 'addEventListener'), vi.spyOn(ending, 'removeEventListener')];
    await stage.apply();
    expect(removed.mock.calls.slice(0, 1)).toEqual([['abort', added.mock.calls[0]![1]]]);
  });

  it('is not published again once the consumer stops: the message is left to its queue', async () => {
    const stage = await endedAfterOneAttempt();
    expect(stage.copies).toHaveLength(1);
    expect(stage.told).toEqual([]);
  });

  it('is not published when the consumer has stopped already', async () => {
    const stage = new Stage();
    stage.acknowledgements.end();
    expect(await stage.apply()).toBeUndefined();
    expect(stage.copies).toEqual([]);
    expect(stage.told).toEqual([]);
  });

  it('is given up 2 s after the consumer is to stop when the broker does not answer, without a line in the log', async () => {
    vi.useFakeTimers();
    const stage = new Stage(['never']);
    let isDone = false;
    const applied = stage.apply().finally(() => (isDone = true));
    await vi.advanceTimersByTimeAsync(20_000);
    expect(isDone).toBe(false);
    stage.acknowledgements.end();
    await vi.advanceTimersByTimeAsync(1_999);
    expect(isDone).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await applied).toBeUndefined();
    expect(stage.told).toEqual([]);
    expect(stage.warnings).toEqual([]);
  });

  it('acknowledges its message when the broker takes it within 2 s after the consumer is to stop', async () => {
    vi.useFakeTimers();
    let take!: () => void;
    const stage = new Stage();
    stage.publishing.publish = () => new Promise<void>((resolve) => (take = resolve));
    const applied = stage.apply();
    await vi.advanceTimersByTimeAsync(10);
    stage.acknowledgements.end();
    await vi.advanceTimersByTimeAsync(1_000);
    take();
    await applied;
    expect(stage.told).toEqual([['ack', 1]]);
    // No timer is left.
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("retry.in 'process'", () => {
  const inProcess = (options: RetryOptions = {}, onError?: ConsumerOptions['onError']): Stage =>
    new Stage([], { in: 'process', ...options }, {}, onError);

  it('keeps the message waiting in the process, and settles nothing', async () => {
    const stage = inProcess();
    for (let failures = 1; failures < 5; failures++) expect(await stage.apply(failures)).toBeUndefined();
    expect(stage.delays).toEqual([1_000, 2_000, 4_000, 8_000]);
    expect([stage.copies, stage.told]).toEqual([[], []]);
  });

  it('drops a message after the last attempt by default', async () => {
    const stage = inProcess({ attempts: 2 });
    await stage.apply(2);
    expect(stage.told).toEqual([['reject', 1]]);
    expect(stage.policy.auxiliaryQueues).toEqual([]);
  });

  it('parks a message after the last attempt when a parking queue is given', async () => {
    const stage = inProcess({ attempts: 2, parkingQueue: 'lost' });
    await stage.apply(2);
    expect(stage.queues).toEqual(['lost']);
    expect(stage.told).toEqual([['ack', 1]]);
    expect(stage.policy.auxiliaryQueues.map(({ name }) => name)).toEqual(['lost']);
  });

  it("stops the consumer after the last attempt with exhausted 'stop'", async () => {
    const stage = inProcess({ attempts: 2, exhausted: 'stop' });
    expect(await stage.apply(2)).toMatchObject({ message: 'out of cheese' });
    expect([stage.copies, stage.told, stage.delays]).toEqual([[], [], []]);
  });

  it('starts anew with a message that was given back from the parking queue', () => {
    const stage = inProcess({ parkingQueue: 'lost' });
    const { delivery } = stage.failed(1, { 'x-retry-topic': 'an.order', 'x-retry-error': 'out of cheese' });
    Object.assign(delivery.fields, { exchange: '', routingKey: 'orders' });
    expect(stage.policy.earlierFailures(delivery)).toBe(0);
    expect(delivery.fields.routingKey).toBe('an.order');
    expect(delivery.properties.headers).toEqual({});
  });

  it("warns when all delays together exceed RabbitMQ's acknowledgement timeout", () => {
    expect(inProcess({ delays: [20 * 60_000, 9 * 60_000] }).warnings).toEqual([]);
    expect(inProcess({ delays: [20 * 60_000, 10 * 60_000] }).warnings).toEqual([
      expect.stringMatching(/^warn: .*'orders'.* unacknowledged for 1800000 ms.*consumer_timeout/),
    ]);
  });

  it("warns once when the delays that onError chooses for a message exceed RabbitMQ's acknowledgement timeout", () => {
    const stage = inProcess({}, () => ({ delay: 16 * 60_000 }));
    const failed = stage.failed(1);
    stage.policy.decide(failed);
    stage.policy.decide(stage.failed(1));
    expect(stage.warnings).toEqual([]);
    stage.policy.decide(failed);
    stage.policy.decide(failed);
    expect(stage.warnings).toEqual([
      expect.stringMatching(/^warn: .*'orders'.* unacknowledged for 1920000 ms.*consumer_timeout/),
    ]);
  });

  it("is refused when it is neither 'broker' nor 'process'", () => {
    expect(() => new Stage([], { in: 'memory' as 'process' })).toThrow(
      /Shop\.onOrder: 'retry\.in' must be broker or process, but is "memory"/,
    );
  });

  it.each(['process', 'broker'] as const)(
    'refuses an exhausted other than park, drop or stop, in the %s',
    (place) => {
      expect(() => new Stage([], { in: place, exhausted: 'ack' as 'drop' })).toThrow(
        /'retry\.exhausted' must be park, drop or stop, but is "ack"/,
      );
    },
  );
});

describe('the option retry.delays', () => {
  it('gives the delays in order, and their number plus one is the number of attempts', async () => {
    const stage = new Stage([], { delays: [10_000, 10_000, 60_000] });
    for (let failures = 1; failures <= 4; failures++) await stage.apply(failures);
    expect(stage.queues).toEqual([
      'orders.retry.10000',
      'orders.retry.10000',
      'orders.retry.60000',
      'orders.parked',
    ]);
  });

  it('repeats its last delay when there are more attempts', async () => {
    const stage = new Stage([], { delays: [10, 20], attempts: 5, in: 'process' });
    for (let failures = 1; failures < 5; failures++) await stage.apply(failures);
    expect(stage.delays).toEqual([10, 20, 20, 20]);
  });

  it.each<[string, RetryOptions, string]>([
    [
      'no list',
      { delays: 5 as unknown as number[] },
      "'retry.delays' must be a list of milliseconds, but is 5",
    ],
    ['an empty list', { delays: [] }, "'retry.delays' must be a list of milliseconds, but is []"],
    [
      'a delay that is no number',
      { delays: [1, '2' as unknown as number] },
      '\'retry.delays[1]\' must be a whole number of at least 1, but is "2"',
    ],
    ['delay next to it', { delays: [1], delay: 1 }, "give 'retry.delays' or 'retry.delay', not both"],
    [
      'maxDelay next to it',
      { delays: [1], maxDelay: 1 },
      "give 'retry.delays' or 'retry.maxDelay', not both",
    ],
  ])('is refused with %s', (_, options, reason) => {
    expect(() => new Stage([], options)).toThrow(ConfigurationException);
    expect(() => new Stage([], options)).toThrow(reason);
  });
});

describe('a function as onError', () => {
  const choosing = (answer: unknown, options: RetryOptions = {}): Stage =>
    new Stage([], options, {}, (() => answer) as () => 'stop');

  it('gets the error and the attempt', async () => {
    const asked: unknown[][] = [];
    const stage = new Stage([], {}, {}, (error, attempt) => {
      asked.push([error.message, attempt]);
      return 'requeue';
    });
    await stage.apply(3);
    expect(asked).toEqual([['out of cheese', 3]]);
  });

  it('can requeue, drop or retry the message, or stop the consumer', async () => {
    const [requeue, drop, retry, stop] = [
      choosing('requeue'),
      choosing('drop'),
      choosing('retry'),
      choosing('stop'),
    ];
    await Promise.all([requeue.apply(), drop.apply(), retry.apply()]);
    expect(requeue.told).toEqual([['requeue', 1]]);
    expect(drop.told).toEqual([['reject', 1]]);
    expect(retry.queues).toEqual(['orders.retry.1000']);
    expect(await stop.apply()).toMatchObject({ message: 'out of cheese' });
  });

  it('chooses how long a message waits in the process', async () => {
    const stage = choosing({ delay: 12_345 }, { in: 'process' });
    await stage.apply();
    expect(stage.delays).toEqual([12_345]);
  });

  it('chooses the configured delay nearest to its own for a message that waits in the broker', async () => {
    const stage = choosing({ delay: 3_100 });
    await stage.apply();
    expect(stage.queues).toEqual(['orders.retry.4000']);
  });

  it("can't give more attempts than configured", async () => {
    const stage = choosing({ delay: 1 }, { attempts: 3 });
    await stage.apply(3);
    expect(stage.queues).toEqual(['orders.parked']);
  });

  it.each([
    ['nothing', undefined],
    ['a word of its own', 'ignore'],
    ['a delay that is no number', { delay: 'long' }],
    ['a delay that is longer than a timer can wait', { delay: 2 ** 31 }],
  ])('stops the consumer when it answers %s, and the log gives the reason', async (_, answer) => {
    const stage = choosing(answer);
    const decision = stage.policy.decide(stage.failed());
    expect(decision.description).toMatch(
      /^'onError' must return stop, requeue, drop, retry or \{ delay \} with a whole number of milliseconds up to 2147483647, but returned .*; the consumer stops/,
    );
    expect(await decision.apply()).toMatchObject({ message: 'out of cheese' });
  });

  it("stops the consumer with the handler's error when it throws, and the log has both errors", async () => {
    const stage = new Stage([], {}, {}, () => {
      throw new Error('no idea');
    });
    const decision = stage.policy.decide(stage.failed());
    expect(decision.description).toMatch(/^'onError' itself failed with no idea; the consumer stops/);
    expect(await decision.apply()).toMatchObject({ message: 'out of cheese' });
  });
});
