import { from, NEVER, of, EMPTY, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import {
  type ConsumerFunction,
  type ConsumerOptions,
  Drop,
  FedoraMessagingService,
  HaltConsumer,
  Message,
  Nack,
  type RunningConsumer,
} from '../../../lib/index.js';
import { type DeliveryOutcome, TestingBroker } from '../../../lib/testing/index.js';
import { startApp } from '../../support/application.js';
import { captureLog } from '../../support/captured-log.js';
import { deferred } from '../../support/collector.js';

const refusing = (): object => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};

const unprintable = (): Error =>
  Object.defineProperties(new Error('x'), {
    stack: {
      get: () => {
        throw new Error('no stack');
      },
    },
    message: {
      get: () => {
        throw new Error('no message');
      },
    },
  });

const unprintables: Record<string, () => unknown> = {
  'an error whose getters throw': unprintable,
  'an error with a symbol as message': () => Object.assign(new Error('x'), { message: Symbol('sign') }),
  'a frozen error with itself as cause': () => {
    const error = new Error('circle');
    error.cause = error;
    return Object.freeze(error);
  },
  'an error with a message of a million characters': () => new Error('x'.repeat(1_000_000)),
  'an object without a prototype': () => Object.create(null),
  'an error without a prototype': () => Object.setPrototypeOf(new Error('bare'), null),
  'a Proxy that was revoked': refusing,
  'a symbol': () => Symbol('thrown'),
  nothing: () => undefined,
};

interface Handling {
  readonly consumer: RunningConsumer;
  readonly service: FedoraMessagingService;
  deliver(): Promise<DeliveryOutcome>;
}

async function handling(handler: ConsumerFunction, options: ConsumerOptions = {}): Promise<Handling> {
  const broker = new TestingBroker();
  const app = await startApp({ options: { amqpUrl: broker.amqpUrl } });
  const service = app.get(FedoraMessagingService);
  const queue = { durable: true, autoDelete: false, exclusive: false, arguments: {} };
  const [consumer] = await service.consume(handler, {
    queues: { hostile: queue },
    bindings: [{ exchange: 'amq.topic', routingKeys: ['#'] }],
    ...options,
  });
  return { consumer: consumer!, service, deliver: () => broker.deliver(new Message({ topic: 'a.topic' })) };
}

const outcomes = { requeue: 'requeue', drop: 'reject', retry: 'retry' } as const;

describe('a handler that throws an unprintable value', () => {
  for (const onError of ['requeue', 'drop', 'retry'] as const) {
    it.each(Object.keys(unprintables))(
      `has its message settled by onError '${onError}': %s`,
      async (name) => {
        let hasFailed = false;
        const { consumer, deliver } = await handling(
          () => {
            if (hasFailed) return;
            hasFailed = true;
            throw unprintables[name]!();
          },
          { onError },
        );
        expect(await deliver()).toBe(outcomes[onError]);
        expect(await deliver()).toBe('ack');
        expect(consumer.isConsuming).toBe(true);
      },
    );
  }

  it.each(Object.keys(unprintables))('has its message parked after the last retry: %s', async (name) => {
    const { consumer, deliver } = await handling(
      () => {
        throw unprintables[name]!();
      },
      { onError: 'retry', retry: { attempts: 2, delay: 1 } },
    );
    expect(await deliver()).toBe('retry');
    await expect.poll(() => consumer.isConsuming).toBe(true);
  });

  it.each(Object.keys(unprintables))("stops its consumer with onError 'stop': %s", async (name) => {
    const { consumer, service, deliver } = await handling(async () => {
      await Promise.resolve();
      throw unprintables[name]!();
    });
    expect(await deliver()).toBe('stop');
    await expect(consumer.result).rejects.toBeInstanceOf(Error);
    expect(service.stoppedConsumers).toEqual([consumer]);
  });
});

describe('a handler that throws the class of an outcome', () => {
  it.each([
    ['Nack', Nack, 'requeue'],
    ['Drop', Drop, 'reject'],
    ['HaltConsumer', HaltConsumer, 'halt'],
  ] as const)('has its message settled as by an instance of %s', async (_, outcome, expected) => {
    let hasThrown = false;
    const { consumer, deliver } = await handling(() => {
      if (hasThrown) return;
      hasThrown = true;
      throw outcome;
    });
    expect(await deliver()).toBe(expected);
    if (outcome === HaltConsumer) await expect(consumer.result).rejects.toBeInstanceOf(HaltConsumer);
    else expect(await deliver()).toBe('ack');
  });

  it('has failed if the options of its outcome throw when they are read', async () => {
    const thrown = Object.defineProperty(new HaltConsumer(), 'requeue', {
      get: () => {
        throw new Error('no');
      },
    });
    const { consumer, deliver } = await handling(
      () => {
        throw thrown;
      },
      { onError: 'drop' },
    );
    expect(await deliver()).toBe('reject');
    expect(consumer.isConsuming).toBe(true);
  });
});

describe('the result of a handler', () => {
  // oxlint-disable unicorn/no-thenable -- handlers return such objects
  const thenable = (
    then: (resolve: (value?: unknown) => void, reject: (error: unknown) => void) => void,
  ) => ({
    then,
  });

  it.each<[string, () => unknown, DeliveryOutcome]>([
    ['nothing', () => undefined, 'ack'],
    ['an observable of nothing', () => EMPTY, 'ack'],
    ['an observable of an observable', () => of(of(1)), 'ack'],
    ['an observable that fails', () => throwError(() => new Error('x')), 'reject'],
    ['an observable of an outcome', () => throwError(() => new Nack()), 'requeue'],
    ['a promise of an observable that fails', () => Promise.resolve(throwError(() => new Drop())), 'reject'],
    ['a thenable that resolves twice', () => thenable((resolve) => (resolve(), resolve())), 'ack'],
    [
      'a thenable that resolves and then rejects',
      () => thenable((resolve, reject) => (resolve(), reject(new Error('late')))),
      'ack',
    ],
    [
      'a thenable whose then() throws',
      () =>
        thenable(() => {
          throw new Error('x');
        }),
      'reject',
    ],
    [
      'an object whose getter of then throws',
      () =>
        Object.defineProperty({}, 'then', {
          get: () => {
            throw new Error('x');
          },
        }),
      'reject',
    ],
    ['a promise of an object that can not be looked at', () => from([refusing()]), 'reject'],
    ['an object that can not be looked at', refusing, 'reject'],
    [
      'a generator',
      () =>
        (function* () {
          yield 1;
        })(),
      'reject',
    ],
    [
      'a promise of an async generator',
      () =>
        Promise.resolve(
          (async function* () {
            yield await Promise.resolve(1);
          })(),
        ),
      'reject',
    ],
  ])('may be %s', async (_, returned, expected) => {
    let isFirst = true;
    const { consumer, deliver } = await handling(
      () => {
        if (!isFirst) return undefined;
        isFirst = false;
        return returned();
      },
      { onError: 'drop' },
    );
    expect(await deliver()).toBe(expected);
    expect(await deliver()).toBe('ack');
    expect(consumer.isConsuming).toBe(true);
  });

  it('keeps the message in hand while it never completes, but shutdown ends after shutdownTimeout', async () => {
    const begun = deferred();
    const broker = new TestingBroker();
    const app = await startApp({ options: { amqpUrl: broker.amqpUrl, shutdownTimeout: 20 } });
    await app.get(FedoraMessagingService).consume(() => {
      begun.resolve();
      return NEVER;
    });
    const delivered = broker.deliver(new Message({ topic: 'a.topic' }));
    await begun.promise;
    await app.close();
    expect(await delivered).toBe('stop');
  });
});

describe('a subscriber of received$', () => {
  it('does not disturb messages when it throws', async () => {
    const log = captureLog();
    const { consumer, service, deliver } = await handling(() => undefined);
    service.received$.subscribe(() => {
      throw new Error('a watcher fails');
    });
    expect(await deliver()).toBe('ack');
    expect(await deliver()).toBe('ack');
    expect(consumer.isConsuming).toBe(true);
    const told = log.filter(({ text }) =>
      text.includes('A subscriber of an observable failed: a watcher fails'),
    );
    expect(told).toHaveLength(2);
  });
});

describe('the log line of a failed handler', () => {
  it('says in one line which handler failed on which message, with the error and the outcome', async () => {
    const log = captureLog();
    const { deliver } = await handling(
      function onGreeting() {
        throw new Error('two\nlines');
      },
      { onError: 'drop' },
    );
    await deliver();
    const [line] = log.filter(({ level }) => level === 'error');
    expect(line!.text).toMatch(
      /^onGreeting failed on the message "[-0-9a-f]{36}" with topic "a.topic" of queue 'hostile': two lines; the message is dropped \(bus 'default'\)$/,
    );
  });
});
