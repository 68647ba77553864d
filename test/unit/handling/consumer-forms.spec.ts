import {
  type ArgumentMetadata,
  type CanActivate,
  type ExecutionContext,
  Injectable,
  type PipeTransform,
  type Type,
  UseGuards,
} from '@nestjs/common';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { AsyncApiGenerator } from '../../../lib/asyncapi/index.js';
import {
  ConfigurationException,
  Consumer,
  type ConsumerDecoratorOptions,
  type ConsumerOptionsFactory,
  FedoraMessagingModule,
  type FedoraMessagingOptions,
  FedoraMessagingService,
  type FedoraMessagingSettings,
  Message,
  MessageBody,
  MessageSchema,
  OnMessage,
  switchToFedoraMessaging,
} from '../../../lib/index.js';
import { TestingBroker } from '../../../lib/testing/index.js';
import { startApp } from '../../support/application.js';
import { captureLog } from '../../support/captured-log.js';

const QUEUE = { durable: true, autoDelete: false, exclusive: false, arguments: {} };
const TOPOLOGIES: FedoraMessagingOptions['topologies'] = {
  updates: {
    queues: { 'update-notifier': QUEUE },
    bindings: { exchange: 'amq.topic', routingKeys: ['update.#'] },
  },
};

@MessageSchema('forms.update', { topic: 'update.new' })
class Update extends Message<{ alias: string }> {}

@MessageSchema('forms.comment', { topic: 'update.comment' })
class Comment extends Message<object> {}

const UPDATE = new Update({ body: { alias: 'a' } });
const COMMENT = new Comment({});

@Injectable()
class NoAliasB implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    return (switchToFedoraMessaging(context).message as Update).body.alias !== 'b';
  }
}

@Injectable()
class InCapitals implements PipeTransform {
  transform(value: unknown, _metadata: ArgumentMetadata): string {
    return String(value).toUpperCase();
  }
}

/** Each form of the same options: the queue of the topology, and failed messages are dropped. */
const FORMS: [string, () => ReturnType<typeof Consumer>][] = [
  ['the name of a topology next to options', () => Consumer({ topology: 'updates', onError: 'drop' })],
  [
    'a function of the settings',
    () =>
      Consumer(({ consumerConfig }) => ({
        queues: { [String(consumerConfig['queue'])]: QUEUE },
        bindings: { exchange: 'amq.topic', routingKeys: ['update.#'] },
        onError: 'drop',
      })),
  ],
  [
    'a function that names a topology',
    () =>
      Consumer(({ consumerConfig }) => ({ topology: String(consumerConfig['topology']), onError: 'drop' })),
  ],
];

async function start(options: Omit<FedoraMessagingOptions, 'amqpUrl'>, ...providers: Type[]) {
  const broker = new TestingBroker();
  const app = await startApp({
    options: {
      amqpUrl: broker.amqpUrl,
      topologies: TOPOLOGIES,
      consumerConfig: { queue: 'update-notifier', topology: 'updates' },
      ...options,
    },
    providers,
  });
  return { app, broker, service: app.get(FedoraMessagingService) };
}

describe.each(FORMS)('@Consumer with %s', (_, form) => {
  it('consumes the queue by a method, behind guards and pipes', async () => {
    const seen: string[] = [];

    @Injectable()
    class Notifier {
      @form()
      @UseGuards(NoAliasB)
      onUpdate(@MessageBody('alias', InCapitals) alias: string): void {
        seen.push(alias);
        if (alias === 'C') throw new Error('the handler failed');
      }
    }
    const { broker, service } = await start({}, Notifier);
    expect(service.consumers.map(({ name, queue }) => [name, queue])).toEqual([
      ['Notifier.onUpdate', 'update-notifier'],
    ]);
    expect(await broker.deliver(UPDATE)).toBe('ack');
    expect(await broker.deliver(new Update({ body: { alias: 'b' } }))).toBe('reject');
    expect(await broker.deliver(new Update({ body: { alias: 'c' } }))).toBe('reject');
    expect(await broker.deliver(new Message({ topic: 'build.new' }))).toBe('unroutable');
    expect(seen).toEqual(['A', 'C']);
  });

  it('consumes the queue by a class, whose methods share the messages', async () => {
    const seen: string[] = [];

    @Injectable()
    @form()
    class Notifier {
      @OnMessage(Update)
      onUpdate({ body }: Update): void {
        seen.push(body.alias);
      }

      @OnMessage()
      onOther(message: Message): void {
        seen.push(message.constructor.name);
        throw new Error('the handler failed');
      }
    }
    const { broker, service } = await start({}, Notifier);
    expect(service.consumers.map(({ name, queue }) => [name, queue])).toEqual([
      ['Notifier', 'update-notifier'],
    ]);
    expect(await broker.deliver(UPDATE)).toBe('ack');
    expect(await broker.deliver(COMMENT)).toBe('reject');
    expect(seen).toEqual(['a', 'Comment']);
  });

  it('appears in the AsyncAPI document with its queue and bindings', async () => {
    @Injectable()
    class Notifier {
      @form()
      onUpdate(): void {}
    }
    const { app } = await start({ consumers: false }, Notifier);
    const { channels, operations } = new AsyncApiGenerator(app).generate({ title: 'a', version: '1' });
    expect(Object.keys(operations)).toContain('Notifier.onUpdate');
    expect(Object.values(channels)).toContainEqual(
      expect.objectContaining({
        bindings: {
          amqp: expect.objectContaining({
            is: 'queue',
            queue: expect.objectContaining({ name: 'update-notifier', durable: true }) as object,
            'x-bindings': [expect.objectContaining({ routingKeys: ['update.#'] })],
          }) as object,
        },
      }),
    );
  });
});

describe('@Consumer', () => {
  it('accepts only the name of a topology', async () => {
    @Injectable()
    class Notifier {
      @Consumer('updates')
      onUpdate(): void {}
    }
    const { broker, service } = await start({}, Notifier);
    expect(service.consumers.map(({ queue }) => queue)).toEqual(['update-notifier']);
    expect(await broker.deliver(UPDATE)).toBe('ack');
  });

  it("accepts a method's messages after a function, and next to the name of a topology", async () => {
    const seen: string[] = [];

    @Injectable()
    class Notifier {
      @Consumer(() => ({ topology: 'updates', unhandled: 'drop' }), { messages: [Update] })
      onUpdate({ body }: Update): void {
        seen.push(`update ${body.alias}`);
      }

      @Consumer({ topology: 'comments', messages: [Comment] })
      onComment(message: Comment): void {
        seen.push(`comment ${message.topic}`);
      }
    }
    const comments = {
      queues: { comments: QUEUE },
      bindings: { exchange: 'amq.topic', routingKeys: ['update.comment'] },
    };
    const { broker } = await start({ topologies: { ...TOPOLOGIES, comments } }, Notifier);
    expect(await broker.deliver(UPDATE)).toBe('ack');
    expect(await broker.deliver(COMMENT, { queue: 'update-notifier' })).toBe('reject');
    await broker.whenIdle();
    expect(seen).toEqual(['update a', 'comment update.comment']);
  });

  it('calls its function once, with the settings of its bus', async () => {
    const given: FedoraMessagingSettings[] = [];
    const optionsOf: ConsumerOptionsFactory = (settings) => {
      given.push(settings);
      return { topology: settings.topicPrefix };
    };

    @Injectable()
    class Notifier {
      @Consumer(optionsOf, { bus: 'staging' })
      onUpdate(): void {}
    }
    const broker = new TestingBroker();
    const app = await startApp({
      options: { amqpUrl: broker.amqpUrl },
      imports: [
        FedoraMessagingModule.forRoot({
          bus: 'staging',
          amqpUrl: broker.amqpUrl,
          topicPrefix: 'updates',
          topologies: TOPOLOGIES,
        }),
      ],
      providers: [Notifier],
    });
    expect(await broker.deliver(UPDATE)).toBe('ack');
    new AsyncApiGenerator(app).generate({ title: 'a', version: '1' });
    expect(given.map(({ topicPrefix }) => topicPrefix)).toEqual(['updates']);
  });

  it('knows the topologies of settings that a factory makes from the configuration', async () => {
    @Injectable()
    class Configuration {
      readonly values = new Map([['QUEUE', 'from-the-configuration']]);
    }
    @Injectable()
    class Notifier {
      @Consumer('updates')
      onUpdate(): void {}
    }
    class ConfigurationModule {}
    const broker = new TestingBroker();
    const app = await startApp({
      options: { bus: 'unused', amqpUrl: broker.amqpUrl },
      imports: [
        FedoraMessagingModule.forRootAsync({
          imports: [{ module: ConfigurationModule, providers: [Configuration], exports: [Configuration] }],
          inject: [Configuration],
          useFactory: ({ values }: Configuration) => ({
            amqpUrl: broker.amqpUrl,
            topologies: {
              updates: {
                queues: { [values.get('QUEUE')!]: QUEUE },
                bindings: { exchange: 'amq.topic', routingKeys: ['update.#'] },
              },
            },
          }),
        }),
      ],
      providers: [Notifier],
    });
    expect(app.get(FedoraMessagingService).consumers.map(({ queue }) => queue)).toEqual([
      'from-the-configuration',
    ]);
    expect(await broker.deliver(UPDATE)).toBe('ack');
  });
});

describe('an application with a wrong @Consumer does not start', () => {
  const optionsOf = (returned: unknown) => Consumer((() => returned) as ConsumerOptionsFactory);

  it.each<[string, () => ReturnType<typeof Consumer>, string]>([
    [
      '@Consumer names a topology that there is not',
      () => Consumer('update'),
      `The consumer Notifier.onUpdate: there is no topology "update" (did you mean 'updates'?); the setting 'topologies' has updates`,
    ],
    [
      'the function of @Consumer names a topology that there is not',
      () => Consumer(() => ({ topology: 'builds' })),
      `The consumer Notifier.onUpdate: there is no topology "builds"; the setting`,
    ],
    [
      'the function of @Consumer fails',
      () =>
        Consumer(() => {
          throw new Error('no QUEUE');
        }),
      'The consumer Notifier.onUpdate: the function that makes its options failed: no QUEUE',
    ],
    [
      'the function of @Consumer returns nothing',
      () => optionsOf(undefined),
      'the function that makes its options must return an object, but returned undefined',
    ],
    [
      'the function of @Consumer is async',
      () => optionsOf(Promise.resolve({})),
      'the function that makes its options must return an object, but returned a promise',
    ],
    [
      'the function of @Consumer returns a misspelt key',
      () => optionsOf({ topolgy: 'updates' }),
      "The consumer Notifier.onUpdate: unknown key 'topolgy' (did you mean 'topology'?)",
    ],
    [
      'the function of @Consumer returns a bus',
      () => optionsOf({ bus: 'default' }),
      "'bus' can't depend on the settings: give it after the function, @Consumer((settings) => …, { bus })",
    ],
    [
      'something else than bus and messages follows the function of @Consumer',
      () => Consumer(() => ({}), { prefetch: 1 } as object),
      "The consumer Notifier.onUpdate, after the function: unknown key 'prefetch'; the keys are bus, messages",
    ],
    [
      'enabled is a text',
      () => Consumer({ enabled: 'false' as never }),
      `The consumer Notifier.onUpdate: 'enabled' must be true or false, but is "false"`,
    ],
  ])('when %s', async (_, consumer, text) => {
    @Injectable()
    class Notifier {
      @consumer()
      onUpdate(): void {}
    }
    const starting = start({}, Notifier);
    await expect(starting).rejects.toThrow(ConfigurationException);
    await expect(starting).rejects.toThrow(text);
  });
});

describe('a consumer with enabled: false', () => {
  afterEach(() => void vi.unstubAllEnvs());

  const LEFT_OUT: [string, ReturnType<typeof Consumer>][] = [
    ['by its options', Consumer({ enabled: false })],
    ['by a function', Consumer(({ consumerConfig }) => ({ enabled: consumerConfig['notify'] === 'on' }))],
    ['for a bus that there is not', Consumer({ bus: 'nowhere', enabled: false })],
    ['of a topology that there is not', Consumer({ topology: 'nowhere', enabled: false })],
  ];

  it.each(LEFT_OUT)('is left out on a method: %s', async (_, decorator) => {
    @Injectable()
    class Notifier {
      @decorator
      onUpdate(): void {}

      @Consumer('updates')
      onOther(): void {}
    }
    const log = captureLog();
    const { app, broker, service } = await start({}, Notifier);
    expect(service.consumers.map(({ name }) => name)).toEqual(['Notifier.onOther']);
    expect(await broker.deliver(UPDATE)).toBe('ack');
    const { operations } = new AsyncApiGenerator(app).generate({ title: 'a', version: '1' });
    expect(Object.keys(operations)).not.toContain('Notifier.onUpdate');
    expect(log.filter(({ level }) => level === 'warn')).toEqual([]);
  });

  it.each(LEFT_OUT)('is left out on a class: %s', async (_, decorator) => {
    @Injectable()
    @decorator
    class Notifier {
      @OnMessage(Update)
      onUpdate(): void {}
    }
    const log = captureLog();
    const { broker, service } = await start({}, Notifier);
    expect(service.consumers).toEqual([]);
    expect(await broker.deliver(UPDATE)).toBe('unroutable');
    expect(log.filter(({ level }) => level === 'warn')).toEqual([]);
  });

  it.each([
    ['on', ['Notifier.onUpdate']],
    ['off', []],
  ])('follows the environment: %s', async (value, names) => {
    vi.stubEnv('CONSUME_UPDATES', value);

    @Injectable()
    class Notifier {
      @Consumer({ topology: 'updates', enabled: process.env['CONSUME_UPDATES'] === 'on' })
      onUpdate(): void {}
    }
    const { service } = await start({}, Notifier);
    expect(service.consumers.map(({ name }) => name)).toEqual(names);
  });

  it('needs no module that provides its class, and no warning comes', async () => {
    class LeftOut {
      @Consumer({ enabled: false })
      onUpdate(): void {}
    }
    @Consumer({ enabled: false })
    class LeftOutAsClass {
      @OnMessage(Update)
      onUpdate(): void {}
    }
    class Forgotten {
      @Consumer({} satisfies ConsumerDecoratorOptions)
      onUpdate(): void {}
    }
    const log = captureLog();
    await start({});
    const warnings = log.map(({ text }) => text);
    const about = ({ name }: Type) => warnings.filter((text) => text.startsWith(`${name}.`));
    expect([about(LeftOut), about(LeftOutAsClass)]).toEqual([[], []]);
    expect(about(Forgotten)).toEqual([
      expect.stringMatching(/If it is left out on purpose, set enabled: false in @Consumer$/),
    ]);
  });
});
