import { AssertionError } from 'node:assert';
import {
  type INestApplicationContext,
  Injectable,
  type OnApplicationBootstrap,
  type Provider,
} from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { describe, expect, expectTypeOf, it, onTestFinished } from 'vitest';
import {
  ConnectionException,
  Consumer,
  FedoraMessagingModule,
  FedoraMessagingService,
  Message,
  OnPrePublish,
  OnPublished,
  OnPublishFailed,
  Publisher,
  PublishException,
  PublishTimeout,
  ValidationError,
} from '../../../lib/index.js';
import { type ExpectedMessage, mockSends, TestingBroker } from '../../../lib/testing/index.js';
import { deferred } from '../../support/collector.js';
import { Farewell, Greeting } from '../../support/greeting.message.js';

/** No broker listens there, and none is needed. */
const NOWHERE = 'amqp://127.0.0.1:1';

async function appOf(options = {}, ...providers: Provider[]): Promise<INestApplicationContext> {
  const app = await Test.createTestingModule({
    imports: [FedoraMessagingModule.forRoot({ amqpUrl: NOWHERE, ...options })],
    providers,
  }).compile();
  onTestFinished(() => app.close());
  return app;
}

/** Sends the messages in a block that expects others, and returns the error. */
async function failureOf(
  sent: Message<object>[],
  expected: readonly ExpectedMessage[],
): Promise<AssertionError> {
  const app = await appOf();
  const failure = await mockSends(app, expected, async () => {
    for (const message of sent) await app.get(Publisher).publish(message);
  }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(AssertionError);
  return failure as AssertionError;
}

it('mockSends accepts the expected messages, as instances and as classes, in order', async () => {
  const app = await appOf();
  const publisher = app.get(Publisher);
  await mockSends(app, [Greeting.to('Ada'), Greeting, Message], async () => {
    await publisher.publish(Greeting.to('Ada'));
    await publisher.publish(Farewell.to('Bob'));
    await publisher.publish(new Message({ topic: 'anything' }));
  });
});

it('mockSends accepts that nothing is sent when nothing is expected', async () => {
  await expect(mockSends(await appOf(), [], () => undefined)).resolves.toEqual([]);
});

it('mockSends shows the messages sent in the block, and returns them with the expected types', async () => {
  const app = await appOf();
  const ada = Greeting.to('Ada');
  const [first, second] = await mockSends(app, [Greeting, Farewell.to('Bob')], async (sent) => {
    expect(sent).toEqual([]);
    await app.get(Publisher).publish(ada);
    expect(sent).toEqual([ada]);
    await app.get(Publisher).publish(Farewell.to('Bob'));
  });
  expect(first.body.name).toBe('Ada');
  expectTypeOf(first).toEqualTypeOf<Greeting>();
  expectTypeOf(second).toEqualTypeOf<Farewell>();
});

it('mockSends reports the number of messages sent and expected, and lists both', async () => {
  const { message } = await failureOf([Greeting.to('Ada')], [Greeting.to('Ada'), Farewell]);
  expect(message).toBe(
    [
      '1 message was sent, but 2 expected.',
      'Sent:',
      "  1. Greeting { topic: 'test.greeting', body: { name: 'Ada' } }",
      'Expected:',
      "  1. Greeting { topic: 'test.greeting', body: { name: 'Ada' } }",
      '  2. any Farewell',
    ].join('\n'),
  );
});

it('mockSends reports messages that were sent when none was expected', async () => {
  const { message } = await failureOf([Greeting.to('Ada'), Greeting.to('Bob')], []);
  expect(message).toMatch(/^2 messages were sent, but 0 expected\.\n[^]*Expected:\n {2}none$/);
});

it.each<[what: string, sent: Message<object>, expected: ExpectedMessage, difference: string]>([
  ['topic', new Greeting({ body: { name: 'Ada' }, topic: 'x' }), Greeting.to('Ada'), 'it differs in topic'],
  ['body', Greeting.to('Ada'), Greeting.to('Bob'), 'it differs in body'],
  [
    'headers',
    new Greeting({ body: { name: 'Ada' }, headers: { trace: '1' } }),
    Greeting.to('Ada'),
    'it differs in headers',
  ],
  ['class', Farewell.to('Ada'), Greeting.to('Ada'), 'it is Farewell, not Greeting'],
  ['class, where a class is expected', Greeting.to('Ada'), Farewell, 'it is Greeting, not Farewell'],
])(
  'mockSends reports the number of the message with another %s, and shows both messages',
  async (_, sent, expected, difference) => {
    const { message } = await failureOf([Greeting.to('first'), sent], [Greeting, expected]);
    const [headline, ...both] = message.split('\n');
    expect(headline).toBe(`Message 2 of 2 is not the expected one: ${difference}.`);
    expect(both.join('\n')).toMatch(
      new RegExp(`^Sent: ${sent.constructor.name} \\{[^]*topic: '${sent.topic}'[^]*\nExpected: `),
    );
  },
);

it('mockSends treats messages in another order as different', async () => {
  const { message } = await failureOf(
    [Greeting.to('Ada'), Greeting.to('Bob')],
    [Greeting.to('Bob'), Greeting.to('Ada')],
  );
  expect(message).toMatch(/^Message 1 of 2 [^]*\nMessage 2 of 2 /);
});

it('mockSends gives test runners an actual and an expected value that differ only in the difference', async () => {
  const { actual, expected, code } = await failureOf(
    [Greeting.to('Ada'), Farewell.to('Ada')],
    [Greeting, Farewell.to('Bob')],
  );
  expect(code).toBe('ERR_ASSERTION');
  const [greeting, farewell] = actual as [object, object];
  expect(farewell).toMatchObject({ class: 'Farewell', topic: 'test.farewell', body: { name: 'Ada' } });
  expect(expected).toEqual([greeting, { ...farewell, body: { name: 'Bob' } }]);
});

it('mockSends does not compare sent-at', async () => {
  const app = await appOf();
  const sent = new Greeting({ body: { name: 'Ada' } });
  sent.headers = { ...sent.headers, 'sent-at': '1999-12-31T23:59:59+00:00' };
  await mockSends(app, [Greeting.to('Ada')], () => app.get(Publisher).publish(sent));
});

it('mockSends fails the publish of an invalid message, which does not count as sent', async () => {
  const app = await appOf();
  await mockSends(app, [], async () => {
    const invalid = new Greeting({ body: { name: 42 } as never });
    await expect(app.get(Publisher).publish(invalid)).rejects.toThrow(ValidationError);
  });
});

it('mockSends runs the handlers of all signals', async () => {
  const app = await appOf();
  const publisher = app.get(Publisher);
  const signals: string[] = [];
  publisher.prePublish.connect(async (message) => {
    await Promise.resolve();
    message.headers = { ...message.headers, trace: '1' };
    signals.push('prePublish');
  });
  publisher.published.connect(() => void signals.push('published'));
  publisher.publishFailed.connect(() => void signals.push('publishFailed'));
  const expected = new Greeting({ body: { name: 'Ada' }, headers: { trace: '1' } });
  await mockSends(app, [expected], async () => {
    await publisher.publish(Greeting.to('Ada'));
    await publisher.publish(new Greeting({ body: {} as never })).catch(() => undefined);
  });
  expect(signals).toEqual(['prePublish', 'published', 'prePublish', 'publishFailed']);
});

it('mockSends compares topics without the prefix', async () => {
  const app = await appOf({ topicPrefix: 'org.example' });
  await mockSends(app, [Greeting.to('Ada')], () => app.get(Publisher).publish(Greeting.to('Ada')));
});

it('mockSends rejects with the error of the block, and then compares nothing', async () => {
  const app = await appOf();
  const broken = new Error('broken');
  await expect(
    mockSends(app, [Greeting], () => {
      throw broken;
    }),
  ).rejects.toBe(broken);
});

it.each([
  ['succeeded', () => undefined],
  ['failed', () => Promise.reject(new Error('broken'))],
])('mockSends lets the application publish to the broker again after a block that %s', async (_, block) => {
  const app = await appOf();
  await mockSends(app, [], block).catch(() => undefined);
  await expect(app.get(Publisher).publish(Greeting.to('Ada'), { timeout: 500 })).rejects.toThrow(
    PublishTimeout,
  );
});

it('mockSends fails a publish that ends after its block, and sends it nowhere', async () => {
  const app = await appOf();
  const publisher = app.get(Publisher);
  const gate = deferred();
  publisher.prePublish.connect(() => gate.promise);
  let late!: Promise<void>;
  await mockSends(app, [], () => {
    late = publisher.publish(Greeting.to('Ada'));
  });
  gate.resolve();
  await expect(late).rejects.toThrow(PublishException);
});

it('mockSends keeps overlapping blocks of different applications apart', async () => {
  const names = Array.from({ length: 8 }, (_, index) => `app ${index}`);
  await Promise.all(
    names.map(async (name) => {
      const app = await appOf();
      await mockSends(app, [Greeting.to(name), Farewell.to(name)], async () => {
        await app.get(Publisher).publish(Greeting.to(name));
        await new Promise(setImmediate);
        await app.get(Publisher).publish(Farewell.to(name));
      });
    }),
  );
});

it('mockSends gives an inner block its messages, and the outer block the messages before and after', async () => {
  const app = await appOf();
  const publisher = app.get(Publisher);
  await mockSends(app, [Greeting.to('before'), Greeting.to('after')], async () => {
    await publisher.publish(Greeting.to('before'));
    await mockSends(app, [Greeting.to('inside')], () => publisher.publish(Greeting.to('inside')));
    await publisher.publish(Greeting.to('after'));
  });
});

it('mockSends refuses to expect a value that is neither a message nor a message class', async () => {
  const app = await appOf();
  await expect(mockSends(app, [Greeting, Date as never], () => undefined)).rejects.toThrow(
    new TypeError('mockSends() expects messages and message classes, but number 2 is [Function: Date]'),
  );
});

it('mockSends refuses an application that has no publisher', async () => {
  const app = await Test.createTestingModule({}).compile();
  await expect(mockSends(app, [], () => undefined)).rejects.toThrow(/imports FedoraMessagingModule/);
});

describe('decorated signal handlers in mockSends', () => {
  @Injectable()
  class Signals {
    readonly seen: string[] = [];

    @OnPrePublish()
    stamp(message: Message): void {
      message.headers = { ...message.headers, stamped: true };
      this.seen.push('before');
    }

    @OnPublished()
    onPublished(): void {
      this.seen.push('published');
    }

    @OnPublishFailed()
    onPublishFailed(): void {
      this.seen.push('failed');
    }

    @Consumer()
    onMessage(): void {}
  }

  /** Publishes a valid and an invalid message. */
  async function publishTwo(app: INestApplicationContext): Promise<string[]> {
    const [sent] = await mockSends(app, [Message], async () => {
      await app.get(Publisher).publish(new Message({ topic: 'a' }));
      await expect(
        app.get(Publisher).publish(new Message({ topic: 'b', body: [] as never })),
      ).rejects.toThrow(ValidationError);
    });
    expect(sent.headers).toMatchObject({ stamped: true });
    return app.get(Signals).seen;
  }
  const ALL = ['before', 'published', 'before', 'failed'];

  it('are called before the application is started, without a broker', async () => {
    const app = await appOf({}, Signals);
    expect(await publishTwo(app)).toEqual(ALL);
  });

  it('are called once each after the application is started', async () => {
    const app = await appOf({ consumers: false }, Signals);
    await app.init();
    expect(await publishTwo(app)).toEqual(ALL);
  });

  it('are called once each when the application is started in a block', async () => {
    const app = await appOf({}, Signals);
    await mockSends(app, [], () => app.init());
    expect(await publishTwo(app)).toEqual(ALL);
  });

  it('are called once each when the application is started after a block', async () => {
    const app = await appOf({ consumers: false }, Signals);
    await mockSends(app, [], () => undefined);
    await app.init();
    expect(await publishTwo(app)).toEqual(ALL);
  });
});

describe('an application that is started in a block of mockSends', () => {
  @Injectable()
  class Greeter implements OnApplicationBootstrap {
    readonly greeted: string[] = [];

    constructor(
      private readonly publisher: Publisher,
      private readonly service: FedoraMessagingService,
    ) {}

    async onApplicationBootstrap(): Promise<void> {
      await this.service.consume(() => undefined);
      await this.publisher.publish(Greeting.to('everybody'));
    }

    @Consumer({ messages: [Greeting] })
    onGreeting({ body }: Greeting): void {
      this.greeted.push(body.name);
    }

    @Consumer({
      queues: { kept: { durable: true, autoDelete: false, exclusive: false, arguments: {} } },
      bindings: [],
      onError: 'retry',
    })
    onMessage(): void {}
  }

  function unstarted(amqpUrl: string): Promise<INestApplicationContext> {
    return appOf({ amqpUrl }, Greeter);
  }

  it('needs no broker for its consumers, and its hooks publish', async () => {
    const app = await unstarted(NOWHERE);
    await mockSends(app, [Greeting.to('everybody')], () => app.init());
    const service = app.get(FedoraMessagingService);
    expect(service.consumers).toHaveLength(3);
    expect(service.consumers.every(({ isPaused }) => isPaused)).toBe(true);
    expect(service.connections).toMatchObject({
      consuming: { state: 'unused' },
      publishing: { state: 'unused' },
    });
    await app.close();
    expect(service.consumers).toEqual([]);
    expect(service.stoppedConsumers).toEqual([]);
  });

  it('publishes in later blocks without a broker, too', async () => {
    const app = await unstarted(NOWHERE);
    await mockSends(app, [Greeting], () => app.init());
    await mockSends(app, [Farewell], () => app.get(Publisher).publish(Farewell.to('Ada')));
  });

  it('fails to start when a decorator is wrong, as without mockSends', async () => {
    @Injectable()
    class Wrong {
      @Consumer({ prefetch: -1 })
      onMessage(): void {}
    }
    // It is not closed: on Nest 11, close() fails with the error of init().
    const app = await Test.createTestingModule({
      imports: [FedoraMessagingModule.forRoot({ amqpUrl: NOWHERE })],
      providers: [Wrong],
    }).compile();
    await expect(mockSends(app, [], () => app.init())).rejects.toThrow(/Wrong\.onMessage: 'prefetch'/);
  });

  it('consumes after resume()', async () => {
    const broker = new TestingBroker();
    const app = await unstarted(broker.amqpUrl);
    await mockSends(app, [Greeting], () => app.init());
    expect(await broker.deliver(Greeting.to('Ada'))).toBe('unroutable');
    await app.get(FedoraMessagingService).resume();
    expect(await broker.deliver(Greeting.to('Bob'), { queue: nameOfQueue(app) })).toBe('ack');
    expect(app.get(Greeter).greeted).toEqual(['Bob']);
  });

  it('consumes at once when it is started after the block instead', async () => {
    const broker = new TestingBroker();
    const app = await unstarted(broker.amqpUrl);
    await mockSends(app, [], () => undefined);
    await app.init();
    expect(await broker.deliver(Greeting.to('Ada'), { queue: nameOfQueue(app) })).toBe('ack');
  });

  it('fails to resume without a broker', async () => {
    const app = await unstarted(NOWHERE);
    await mockSends(app, [Greeting], () => app.init());
    await expect(app.get(FedoraMessagingService).resume()).rejects.toThrow(ConnectionException);
  });

  function nameOfQueue(app: INestApplicationContext): string {
    const consumers = app.get(FedoraMessagingService).consumers;
    return consumers.find(({ name }) => name === 'Greeter.onGreeting')!.queue;
  }
});
