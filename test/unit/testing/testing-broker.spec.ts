import { type INestApplicationContext, Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { expect, it, onTestFinished, vi } from 'vitest';
import {
  Consumer,
  type ConsumerCallback,
  type ConsumerOptions,
  Drop,
  FEDORA_MESSAGING_SETTINGS,
  FedoraMessagingModule,
  FedoraMessagingService,
  HaltConsumer,
  Message,
  Nack,
  Publisher,
  resolveSettings,
  ValidationError,
} from '../../../lib/index.js';
import { type DeliveryOutcome, TestingBroker } from '../../../lib/testing/index.js';
import { startApp } from '../../support/application.js';
import { Collector, deferred } from '../../support/collector.js';
import { Farewell, Greeting } from '../../support/greeting.message.js';

const DURABLE = { durable: true, autoDelete: false, exclusive: false, arguments: {} };
const TO_GREETINGS = [{ queue: 'greetings', exchange: 'amq.topic', routingKeys: ['test.greeting.#'] }];

interface Tested {
  broker: TestingBroker;
  app: INestApplicationContext;
  publisher: Publisher;
  service: FedoraMessagingService;
}

/** An application on a testing broker. It consumes the queue `greetings` if there is a handler. */
async function start(
  handler?: ConsumerCallback<Greeting>,
  consumer: ConsumerOptions = {},
  options = {},
): Promise<Tested> {
  const broker = new TestingBroker();
  const app = await startApp({ options: { amqpUrl: broker.amqpUrl, ...options } });
  onTestFinished(async () => {
    await app.close();
    await broker.close();
  });
  const service = app.get(FedoraMessagingService);
  if (handler) {
    const greetings = { queues: { greetings: DURABLE }, bindings: TO_GREETINGS, ...consumer };
    await service.consume(handler, { ...greetings, messages: [Greeting] });
  }
  return { broker, app, publisher: app.get(Publisher), service };
}

/** A handler that fails at its first calls. */
function failing(times: number, failure = () => new Error('not now')): () => void {
  let calls = 0;
  return () => {
    if (calls++ < times) throw failure();
  };
}

it.each<[handler: string, outcome: DeliveryOutcome, handle: () => unknown, options?: ConsumerOptions]>([
  ['returns', 'ack', () => undefined],
  ['resolves', 'ack', () => Promise.resolve()],
  ['throws Nack', 'requeue', failing(1, () => new Nack())],
  ['throws Drop', 'reject', failing(1, () => new Drop())],
  ['throws HaltConsumer', 'halt', failing(1, () => new HaltConsumer())],
  ['throws HaltConsumer with requeue', 'halt-requeue', failing(1, () => new HaltConsumer({ requeue: true }))],
  ['fails', 'stop', failing(1)],
  ['fails, with onError requeue', 'requeue', failing(1), { onError: 'requeue' }],
  ['fails, with onError drop', 'reject', failing(1), { onError: 'drop' }],
  ['fails, with onError retry', 'retry', failing(1), { onError: 'retry' }],
])('deliver: the handler %s: %s', async (_, outcome, handle, options) => {
  const { broker } = await start(() => handle(), options);
  expect(await broker.deliver(Greeting.to('Ada'))).toBe(outcome);
});

it('deliver hands over the message as if it came from the wire', async () => {
  const received: Greeting[] = [];
  const { broker } = await start((message) => void received.push(message));
  const greeting = Greeting.to('Ada');
  greeting.priority = 3;
  await broker.deliver(greeting);
  expect(received).toHaveLength(1);
  expect(received[0]).not.toBe(greeting);
  expect(received[0]).toMatchObject({
    id: greeting.id,
    queue: 'greetings',
    priority: 3,
    topic: greeting.topic,
  });
  expect(received[0]).toBeInstanceOf(Greeting);
  expect(received[0]!.equals(greeting)).toBe(true);
});

it('deliver waits for a slow handler', async () => {
  const gate = deferred();
  const started = deferred();
  const { broker } = await start(() => {
    started.resolve();
    return gate.promise;
  });
  let isDone = false;
  const outcome = broker.deliver(Greeting.to('Ada')).finally(() => (isDone = true));
  await started.promise;
  await new Promise(setImmediate);
  expect(isDone).toBe(false);
  gate.resolve();
  expect(await outcome).toBe('ack');
});

it('deliver reports the outcome of each of many messages at the same time', async () => {
  const { broker } = await start(({ body }) => {
    if (body.name.endsWith('3')) throw new Drop();
  });
  const names = Array.from({ length: 100 }, (_, index) => `number ${index}`);
  const outcomes = await Promise.all(names.map((name) => broker.deliver(Greeting.to(name))));
  expect(outcomes.filter((outcome) => outcome === 'reject')).toHaveLength(10);
  expect(outcomes[13]).toBe('reject');
  expect(outcomes[14]).toBe('ack');
});

it('deliver refuses an invalid Message', async () => {
  const { broker } = await start(() => undefined);
  const invalid = new Greeting({ body: { name: 42 } as never });
  await expect(broker.deliver(invalid)).rejects.toThrow(ValidationError);
});

it.each<[what: string, raw: Partial<Parameters<TestingBroker['deliver']>[0]>]>([
  ['has an invalid body', {}],
  ['is not JSON', { body: Buffer.from('{') }],
  ['is in an unknown encoding', { body: { name: 'Ada' }, contentEncoding: 'x-none' }],
])('deliver sends a raw message that %s, and it is rejected without the handler', async (_, raw) => {
  const { broker, service } = await start(() => undefined);
  const invalid = new Greeting({ body: { name: 42 } as never });
  expect(await broker.deliver({ ...invalid.toJSON(), ...raw })).toBe('reject');
  expect(service.statistics.consumed.received).toBe(0);
});

it('deliver sends a raw message unchanged: without headers, without id', async () => {
  const received: Message<object>[] = [];
  const { broker, service } = await start();
  await service.consume((message) => void received.push(message), {
    queues: { greetings: DURABLE },
    bindings: TO_GREETINGS,
  });
  expect(await broker.deliver({ topic: 'test.greeting', body: { any: 'thing' } })).toBe('ack');
  expect(received[0]).toMatchObject({ id: null, headers: {}, body: { any: 'thing' } });
});

it('deliver reports that no queue is bound to a topic', async () => {
  const { broker } = await start(() => undefined);
  expect(await broker.deliver(new Message({ topic: 'other' }))).toBe('unroutable');
});

it('deliver reports that a message waits for a paused consumer', async () => {
  const received: string[] = [];
  const { broker, service } = await start(({ body }) => void received.push(body.name));
  await service.pause();
  expect(await broker.deliver(Greeting.to('Ada'))).toBe('queued');
  expect(received).toEqual([]);
  await service.resume();
  await broker.whenIdle();
  expect(received).toEqual(['Ada']);
});

it('deliver reports for every message what a stopping consumer does with it', async () => {
  const { broker, service } = await start(failing(1));
  const outcomes = await Promise.all(
    Array.from({ length: 15 }, (_, index) => broker.deliver(Greeting.to(`number ${index}`))),
  );
  // Ten messages were sent ahead, and went back with the failed message; the other messages never left the queue.
  expect(outcomes).toEqual([...Array(10).fill('stop'), ...Array(5).fill('queued')]);
  expect(await broker.deliver(Greeting.to('the next one'))).toBe('queued');
  expect(service.stoppedConsumers[0]?.error?.message).toBe('not now');
});

it('deliver reports the right outcome when a consumer is cancelled while it has the message in hand', async () => {
  const gate = deferred();
  const started = deferred();
  const { broker, service } = await start(() => {
    started.resolve();
    return gate.promise;
  });
  const outcome = broker.deliver(Greeting.to('Ada'));
  await started.promise;
  const cancelled = service.consumers[0]!.cancel();
  gate.resolve();
  await cancelled;
  expect(await outcome).toBe('ack');
});

it('deliver resolves with the common outcome of several queues, or with that of the named queue', async () => {
  const { broker, service } = await start(({ body }) => {
    if (body.name === 'Bob') throw new Drop();
  });
  await service.consume(() => undefined, {
    queues: { archive: DURABLE },
    bindings: [{ exchange: 'amq.topic', routingKeys: ['#'] }],
  });
  expect(await broker.deliver(Greeting.to('Ada'))).toBe('ack');
  await expect(broker.deliver(Greeting.to('Bob'))).rejects.toThrow(
    /2 queues.*'greetings': reject, 'archive': ack.*\{ queue \}/,
  );
  expect(await broker.deliver(Greeting.to('Bob'), { queue: 'greetings' })).toBe('reject');
  expect(await broker.deliver(Greeting.to('Bob'), { queue: 'archive' })).toBe('ack');
  expect(await broker.deliver(Greeting.to('Bob'), { queue: 'another' })).toBe('unroutable');
});

it('deliver publishes to the named exchange', async () => {
  const { broker } = await start(
    () => undefined,
    { bindings: [{ queue: 'greetings', exchange: 'local', routingKeys: ['#'] }] },
    { exchanges: { local: { type: 'topic', durable: true } } },
  );
  expect(await broker.deliver(Greeting.to('Ada'), { exchange: 'local' })).toBe('ack');
  expect(await broker.deliver(Greeting.to('Ada'))).toBe('unroutable');
});

it('a queue with two bindings that match gets a message once', async () => {
  const received: string[] = [];
  const { broker } = await start(({ body }) => void received.push(body.name), {
    bindings: [{ queue: 'greetings', exchange: 'amq.topic', routingKeys: ['#', 'test.greeting'] }],
  });
  await broker.deliver(Greeting.to('Ada'));
  await broker.whenIdle();
  expect(received).toEqual(['Ada']);
});

it('a message that goes back comes again at once, marked as redelivered, and lets other work run in between', async () => {
  const deliveries: unknown[] = [];
  let isReady = false;
  const { broker } = await start((_, { redelivered }) => {
    deliveries.push(redelivered);
    if (!isReady) throw new Nack();
  });
  expect(await broker.deliver(Greeting.to('Ada'))).toBe('requeue');
  isReady = true;
  await broker.whenIdle();
  expect(deliveries.length).toBeGreaterThan(1);
  expect(deliveries.at(-1)).toBe(true);
});

it('retries come without delay, with attempt and topic, until the message is parked', async () => {
  const attempts: [attempt: number, topic: string][] = [];
  const { broker } = await start(
    ({ topic }, { attempt }) => {
      attempts.push([attempt, topic]);
      throw new Error('never');
    },
    { onError: 'retry', retry: { attempts: 4, delay: 3_600_000, maxDelay: 3_600_000 } },
  );
  expect(await broker.deliver(Greeting.to('Ada'))).toBe('retry');
  await broker.whenIdle();
  expect(attempts).toEqual([1, 2, 3, 4].map((attempt) => [attempt, 'test.greeting']));
});

it.each(['none', [1, null, 'orders']])(
  'a message is retried whatever deaths its publisher has made up: %o',
  async (deaths) => {
    const { broker } = await start(failing(1), { onError: 'retry', retry: { attempts: 2 } });
    const { headers, ...rest } = Greeting.to('Ada').toJSON();
    expect(await broker.deliver({ headers: { ...headers, 'x-death': deaths }, ...rest })).toBe('retry');
    await broker.whenIdle();
  },
);

it.each([1, 3])('a handler that always fails is called retry.attempts times: %i', async (attempts) => {
  const seen: number[] = [];
  const { broker } = await start(
    (_, { attempt }) => {
      seen.push(attempt);
      throw new Error('never');
    },
    { onError: 'retry', retry: { attempts } },
  );
  await broker.deliver(Greeting.to('Ada'));
  await broker.whenIdle();
  expect(seen).toEqual(Array.from({ length: attempts }, (_, index) => index + 1));
});

it('deliver reports that a message was parked at its last attempt', async () => {
  const { broker } = await start(failing(Infinity), { onError: 'retry', retry: { attempts: 2 } });
  const { topic, headers, ...rest } = Greeting.to('Ada').toJSON();
  // In the form of the retry queue.
  const failedOnce = {
    ...headers,
    'x-retry-attempt': 1,
    'x-retry-topic': topic,
    'x-death': [{ queue: 'greetings.retry.1000', reason: 'expired' }],
  };
  const delivered = broker.deliver({ topic: 'greetings', headers: failedOnce, ...rest }, { exchange: '' });
  expect(await delivered).toBe('park');
});

it('a retried message that goes back keeps its attempt and topic', async () => {
  const seen: [attempt: number, topic: string][] = [];
  const outcomes = [new Error('first'), new Nack()];
  const { broker } = await start(
    ({ topic }, { attempt }) => {
      seen.push([attempt, topic]);
      const outcome = outcomes.shift();
      if (outcome) throw outcome;
    },
    { onError: 'retry' },
  );
  await broker.deliver(Greeting.to('Ada'));
  await broker.whenIdle();
  expect(seen).toEqual([
    [1, 'test.greeting'],
    [2, 'test.greeting'],
    [2, 'test.greeting'],
  ]);
});

it('a rejected message goes to the dead-letter exchange of its queue', async () => {
  const { broker, service } = await start(
    () => {
      throw new Drop();
    },
    {
      queues: { greetings: { ...DURABLE, arguments: { 'x-dead-letter-exchange': 'amq.fanout' } } },
    },
  );
  const dead: string[] = [];
  await service.consume((message) => void dead.push(message.body.name), {
    queues: { dead: DURABLE },
    messages: [Greeting],
    bindings: [{ exchange: 'amq.fanout', routingKeys: [''] }],
  });
  expect(await broker.deliver(Greeting.to('Ada'), { queue: 'greetings' })).toBe('reject');
  await broker.whenIdle();
  expect(dead).toEqual(['Ada']);
});

it('published returns the messages that the application has published, as on the wire', async () => {
  const { broker, publisher } = await start(undefined, {}, { topicPrefix: 'org.example' });
  const farewell = Farewell.to('Ada');
  await publisher.publish(farewell);
  await publisher.publish(new Message({ topic: 'plain', body: { n: 1 } }));
  const [first, second, ...more] = broker.published();
  expect(more).toEqual([]);
  expect(first).toBeInstanceOf(Farewell);
  expect(first).toMatchObject({ id: farewell.id, topic: 'org.example.test.farewell', queue: null });
  expect(second).toMatchObject({ topic: 'org.example.plain', body: { n: 1 } });
});

it('published leaves out messages that the test delivered, retries, and messages that were not published', async () => {
  const { broker, publisher } = await start(failing(Infinity), { onError: 'retry' });
  await broker.deliver(Greeting.to('Ada'));
  await broker.whenIdle();
  const nowhere = new Message({ topic: 'nobody.listens' });
  await expect(publisher.publish(nowhere, { mandatory: true })).rejects.toThrow(/312 NO_ROUTE/);
  expect(broker.published()).toEqual([]);
});

it("published includes the handler's messages when deliver resolves", async () => {
  const { broker, publisher } = await start(async ({ body }) => {
    await publisher.publish(new Message({ topic: 'answer', body: { to: body.name } }));
  });
  expect(await broker.deliver(Greeting.to('Ada'))).toBe('ack');
  expect(broker.published().map(({ topic, body }) => [topic, body])).toEqual([['answer', { to: 'Ada' }]]);
});

it('whenIdle waits for everything that follows from messages, also for promises that nobody awaits', async () => {
  const names: string[] = [];
  const { broker, publisher } = await start(({ body }) => {
    names.push(body.name);
    if (body.name.length < 10) void publisher.publish(Greeting.to(`${body.name}!`));
  });
  void publisher.publish(Greeting.to('Ada'));
  await broker.whenIdle();
  expect(names).toEqual(['Ada', 'Ada!', 'Ada!!', 'Ada!!!', 'Ada!!!!', 'Ada!!!!!', 'Ada!!!!!!', 'Ada!!!!!!!']);
});

it('whenIdle waits for a message in hand', async () => {
  const gate = deferred();
  const started = deferred();
  const { broker, publisher } = await start(() => {
    started.resolve();
    return gate.promise;
  });
  await publisher.publish(Greeting.to('Ada'));
  await started.promise;
  let isIdle = false;
  const idle = broker.whenIdle().then(() => (isIdle = true));
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  expect(isIdle).toBe(false);
  gate.resolve();
  await idle;
});

it('whenIdle resolves when nothing has happened', async () => {
  const { broker } = await start();
  await expect(broker.whenIdle()).resolves.toBeUndefined();
});

it('many brokers in one process are kept apart', async () => {
  const names = Array.from({ length: 20 }, (_, index) => `broker ${index}`);
  const heard = await Promise.all(
    names.map(async (name) => {
      const received: string[] = [];
      const { broker } = await start(({ body }) => void received.push(body.name));
      await broker.deliver(Greeting.to(name));
      return received;
    }),
  );
  expect(heard).toEqual(names.map((name) => [name]));
});

it('close refuses while an application is connected, and the error gives advice', async () => {
  const broker = new TestingBroker();
  const app = await startApp({ options: { amqpUrl: broker.amqpUrl } });
  await app.get(Publisher).publish(new Message({ topic: 'x' }));
  await expect(broker.close()).rejects.toThrow(/A connection is still open.*close the application first/);
  await app.close();
  await broker.close();
});

it('close leaves nothing behind: the next broker of that name is empty', async () => {
  const broker = new TestingBroker();
  const consume = async (onName: (name: string) => void): Promise<INestApplicationContext> => {
    const app = await startApp({ options: { amqpUrl: broker.amqpUrl } });
    const onGreeting = (message: Greeting): void => onName(message.body.name);
    const consumer = {
      queues: { greetings: DURABLE },
      bindings: TO_GREETINGS,
      messages: [Greeting],
    } as const;
    await app.get(FedoraMessagingService).consume(onGreeting, consumer);
    return app;
  };
  const first = await consume(() => undefined);
  await first.get(FedoraMessagingService).pause();
  expect(await broker.deliver(Greeting.to('left behind'))).toBe('queued');
  await first.close();
  await broker.close();

  const names = new Collector<string>();
  const second = await consume(names.add);
  await second.get(Publisher).publish(Greeting.to('new'));
  await names.whenCount(1);
  expect(names.items).toEqual(['new']);
});

it('a TestingBroker works while the timers of the test are fake', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { broker, publisher } = await start(({ body }) => publisher.publish(Farewell.to(body.name)), {
    bindings: [{ queue: 'greetings', exchange: 'amq.topic', routingKeys: ['test.greeting'] }],
  });
  expect(await broker.deliver(Greeting.to('Ada'))).toBe('ack');
  await broker.whenIdle();
  expect(broker.published()).toHaveLength(1);
});

it('a TestingBroker replaces the configured broker of an application module', async () => {
  const options = { amqpUrl: 'amqp://127.0.0.1:1', topicPrefix: 'org.example' };

  @Injectable()
  class Greeter {
    constructor(private readonly publisher: Publisher) {}

    @Consumer({
      bindings: [{ exchange: 'amq.topic', routingKeys: ['test.greeting'] }],
      messages: [Greeting],
    })
    onGreeting(message: Greeting): Promise<void> {
      return this.publisher.publish(Farewell.to(message.body.name));
    }
  }

  @Module({ imports: [FedoraMessagingModule.forRoot(options)], providers: [Greeter] })
  class AppModule {}

  const broker = new TestingBroker();
  const app = await Test.createTestingModule({ imports: [AppModule] })
    .overrideProvider(FEDORA_MESSAGING_SETTINGS)
    .useValue(resolveSettings({ ...options, amqpUrl: broker.amqpUrl }))
    .compile();
  await app.init();
  expect(await broker.deliver(Greeting.to('Ada'))).toBe('ack');
  expect(broker.published().map(({ topic }) => topic)).toEqual(['org.example.test.farewell']);
  await app.close();
  await broker.close();
});
