import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Injectable, Module, Scope } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  ConfigurationException,
  Consumer,
  FEDORA_MESSAGING_SETTINGS,
  FedoraMessagingModule,
  type FedoraMessagingModuleAsyncOptions,
  type FedoraMessagingOptions,
  type FedoraMessagingSettings,
  FedoraMessagingService,
  Message,
  MessageRegistry,
  MessageSchema,
  Publisher,
  PublishException,
} from '../../../lib/index.js';
import { startApp } from '../../support/application.js';
import { captureLog } from '../../support/captured-log.js';
import { Collector, deferred } from '../../support/collector.js';
import { memoryUrl } from '../../support/memory-url.js';

const OPTIONS: FedoraMessagingOptions = { amqpUrl: 'memory://module', topicPrefix: 'from.options' };

async function settingsWith(
  module: ReturnType<typeof FedoraMessagingModule.forRoot>,
): Promise<FedoraMessagingSettings> {
  const app = await Test.createTestingModule({ imports: [module] }).compile();
  onTestFinished(() => app.close());
  return app.get(FEDORA_MESSAGING_SETTINGS, { strict: false });
}

describe('forRoot', () => {
  let folder: string;

  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'fedora-messaging-module-'))));
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });

  function configFile(toml: string): string {
    const file = join(folder, 'config.toml');
    writeFileSync(file, toml);
    return file;
  }

  it('merges the options over the defaults', async () => {
    const settings = await settingsWith(FedoraMessagingModule.forRoot(OPTIONS));
    expect(settings).toMatchObject({ ...OPTIONS, publishExchange: 'amq.topic' });
  });

  it('reads the file that FEDORA_MESSAGING_CONF names when it has no options', async () => {
    vi.stubEnv('FEDORA_MESSAGING_CONF', configFile('amqp_url = "memory://file"\ntopic_prefix = "from.file"'));
    const settings = await settingsWith(FedoraMessagingModule.forRoot());
    expect(settings).toMatchObject({ amqpUrl: 'memory://file', topicPrefix: 'from.file' });
  });

  it('uses the defaults when it has no options and that file is missing', async () => {
    vi.stubEnv('FEDORA_MESSAGING_CONF', join(folder, 'missing.toml'));
    const settings = await settingsWith(FedoraMessagingModule.forRoot());
    expect(settings.amqpUrl).toBe('amqp://?connection_attempts=3&retry_delay=5');
  });

  it('reads the given file, and options next to it win', async () => {
    const file = configFile('amqp_url = "memory://file"\ntopic_prefix = "from.file"\npublish_exchange = "e"');
    const settings = await settingsWith(
      FedoraMessagingModule.forRoot({ configFile: file, topicPrefix: 'wins' }),
    );
    expect(settings).toMatchObject({ amqpUrl: 'memory://file', topicPrefix: 'wins', publishExchange: 'e' });
  });

  it.each<[what: string, options: object, names: RegExp]>([
    ['an unknown key', { topicPrefx: 'x' }, /topicPrefx.*topicPrefix/],
    ['a value of the wrong type', { passiveDeclares: 'yes' }, /passiveDeclares.*boolean/],
    ['a URL that is none', { amqpUrl: 'http://localhost' }, /amqpUrl.*amqp:/],
    ['an empty list of URLs', { amqpUrl: [] }, /amqpUrl/],
    ['a queue that lacks a setting', { queues: { q: { durable: true } } }, /queues\.q.*autoDelete/],
    [
      'a TLS file that is missing',
      { amqpUrl: 'amqps://h', tls: { caCert: '/no/such.pem' } },
      /caCert.*\/no\/such\.pem/,
    ],
    ['a prefetch size, which RabbitMQ does not know', { qos: { prefetchSize: 1000 } }, /qos\.prefetchSize/],
  ])('refuses %s before anything connects, and names the key', async (_, options, names) => {
    await expect(startApp({ options: { amqpUrl: 'memory://module', ...options } })).rejects.toThrow(
      expect.objectContaining({
        constructor: ConfigurationException,
        message: expect.stringMatching(names),
      }) as Error,
    );
  });
});

describe('forRootAsync', () => {
  @Injectable()
  class Factory {
    createFedoraMessagingOptions(): Promise<FedoraMessagingOptions> {
      return Promise.resolve(OPTIONS);
    }
  }

  @Module({
    providers: [Factory, { provide: 'PREFIX', useValue: 'from.options' }],
    exports: [Factory, 'PREFIX'],
  })
  class ConfigModule {}

  it.each<[string, FedoraMessagingModuleAsyncOptions]>([
    ['useFactory', { useFactory: () => OPTIONS }],
    [
      'useFactory with imports and inject',
      {
        imports: [ConfigModule],
        inject: ['PREFIX'],
        useFactory: async (topicPrefix: string) => ({ amqpUrl: 'memory://module', topicPrefix }),
      },
    ],
    ['useClass', { useClass: Factory }],
    ['useExisting', { imports: [ConfigModule], useExisting: Factory }],
  ])('accepts options by %s', async (_, options) => {
    expect(await settingsWith(FedoraMessagingModule.forRootAsync(options))).toMatchObject(OPTIONS);
  });

  it('is refused, also by the compiler, when no option says how to make the options', () => {
    // @ts-expect-error: one of these options is required
    const withoutSource = (): unknown => FedoraMessagingModule.forRootAsync({});
    expect(withoutSource).toThrow(ConfigurationException);
    expect(withoutSource).toThrow('useFactory, useClass or useExisting');
  });

  it.each([undefined, null])(
    'is refused before anything connects when a factory returns %s',
    async (nothing) => {
      const useFactory = (): FedoraMessagingOptions => nothing as never;
      await expect(settingsWith(FedoraMessagingModule.forRootAsync({ useFactory }))).rejects.toThrow(
        `The factory of FedoraMessagingModule.forRootAsync() returned ${nothing}`,
      );
    },
  );
});

describe('the module', () => {
  @Injectable()
  class Service {
    constructor(readonly publisher: Publisher) {}
  }

  @Module({ providers: [Service], exports: [Service] })
  class FeatureModule {}

  it('is global: every module can inject the publisher', async () => {
    @Module({ imports: [FedoraMessagingModule.forRoot(OPTIONS), FeatureModule] })
    class AppModule {}
    const app = await NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false });
    onTestFinished(() => app.close());
    expect(app.get(Service, { strict: false }).publisher).toBeInstanceOf(Publisher);
  });

  it('is visible only in modules that import it, with isGlobal: false', async () => {
    const bus = FedoraMessagingModule.forRoot({ ...OPTIONS, isGlobal: false });

    @Module({ imports: [bus, FeatureModule] })
    class AppModule {}
    await expect(
      NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false }),
    ).rejects.toThrow(/Publisher/);

    @Module({ imports: [bus], providers: [Service] })
    class ImportingModule {}
    const app = await NestFactory.createApplicationContext(ImportingModule, {
      logger: false,
      abortOnError: false,
    });
    onTestFinished(() => app.close());
    expect(app.get(Service).publisher).toBeInstanceOf(Publisher);
  });

  it('gathers the decorated message classes in its registry', async () => {
    @MessageSchema('test.module.gathered')
    class Gathered extends Message {}
    const app = await startApp({ options: OPTIONS });
    expect(app.get(MessageRegistry, { strict: false }).get('test.module.gathered')).toBe(Gathered);
  });

  it('warns about a handler whose class is not a provider, and names the class', async () => {
    class NotProvided {
      @Consumer()
      onMessage(): void {
        throw new Error('never called');
      }
    }
    const log = captureLog();
    await startApp({ options: OPTIONS });
    expect(log).toContainEqual({
      level: 'warn',
      text: expect.stringMatching(/NotProvided\.onMessage.*not a provider/) as string,
    });
    expect(new NotProvided()).toBeDefined();
  });

  it('does not warn about handlers that are provided, also when they are inherited', async () => {
    class Base {
      @Consumer()
      onMessage(): void {
        throw new Error('never called');
      }
    }

    @Injectable()
    class Derived extends Base {}
    const log = captureLog();
    const app = await startApp({ options: { amqpUrl: memoryUrl() }, providers: [Derived] });
    expect(log.filter(({ text }) => text.includes('Base.onMessage'))).toEqual([]);
    expect(app.get(FedoraMessagingService).consumers.map(({ name }) => name)).toEqual(['Derived.onMessage']);
  });

  it('refuses a handler on a transient provider, and names the class', async () => {
    @Injectable({ scope: Scope.TRANSIENT })
    class Transient {
      @Consumer()
      onMessage(): void {
        throw new Error('never called');
      }
    }
    await expect(startApp({ options: OPTIONS, providers: [Transient] })).rejects.toThrow(
      expect.objectContaining({
        constructor: ConfigurationException,
        message: expect.stringMatching(/Transient\.onMessage.*transient/),
      }) as Error,
    );
  });

  it('starts a handler once, also when its provider has an alias', async () => {
    @Injectable()
    class Handler {
      @Consumer()
      onMessage(): void {
        throw new Error('never called');
      }
    }
    const app = await startApp({
      options: { amqpUrl: memoryUrl() },
      providers: [Handler, { provide: 'ALIAS', useExisting: Handler }],
    });
    expect(app.get(FedoraMessagingService).consumers).toHaveLength(1);
  });

  it('refuses two classes with the same schema name, and names both', async () => {
    @MessageSchema('test.module.claimed')
    class FirstClaim extends Message {}

    @MessageSchema('test.module.claimed')
    class SecondClaim extends Message {}
    await expect(startApp({ options: OPTIONS })).rejects.toThrow(
      expect.objectContaining({
        constructor: ConfigurationException,
        message: expect.stringMatching(/test\.module\.claimed.*FirstClaim.*SecondClaim/),
      }) as Error,
    );
    expect([FirstClaim, SecondClaim]).toHaveLength(2);
    // The name is freed for the next applications of this process.
    MessageSchema('test.module.claimed.by-another')(SecondClaim);
  });
});

describe('received$', () => {
  it('emits every message that is handed to a handler, with its queue', async () => {
    const app = await startApp({ options: { amqpUrl: memoryUrl() } });
    const service = app.get(FedoraMessagingService);
    const seen: [string, string][] = [];
    service.received$.subscribe(({ message, queue }) => seen.push([message.topic, queue]));
    const handled = new Collector();
    const queues = { watched: { durable: false, autoDelete: true, exclusive: false, arguments: {} } };
    const bindings = [{ exchange: 'amq.topic', routingKeys: ['#'] }];
    await service.consume(handled.add, { queues, bindings });
    await service.publish(new Message({ topic: 'a.topic' }));
    await handled.whenCount(1);
    expect(seen).toEqual([['a.topic', 'watched']]);
  });
});

describe('an application, through its life cycle,', () => {
  it('publishes from the first hook to the last', async () => {
    const failures: unknown[] = [];

    @Injectable()
    class Everywhere {
      constructor(private readonly publisher: Publisher) {}

      onModuleInit(): Promise<void> {
        return this.publish('onModuleInit');
      }

      onApplicationBootstrap(): Promise<void> {
        return this.publish('onApplicationBootstrap');
      }

      onModuleDestroy(): Promise<void> {
        return this.publish('onModuleDestroy');
      }

      beforeApplicationShutdown(): Promise<void> {
        return this.publish('beforeApplicationShutdown');
      }

      onApplicationShutdown(): Promise<void> {
        return this.publish('onApplicationShutdown');
      }

      private publish(hook: string): Promise<void> {
        return this.publisher
          .publish(new Message({ topic: `life.${hook}` }))
          .catch((error: unknown) => void failures.push(error));
      }
    }

    const app = await startApp({ options: { amqpUrl: memoryUrl() }, providers: [Everywhere] });
    const publisher = app.get(Publisher);
    await app.close();
    expect(failures).toEqual([]);
    expect(publisher.publishedCount).toBe(5);
    await expect(publisher.publish(new Message({ topic: 'life.late' }))).rejects.toThrow(PublishException);
  });

  it('handles messages only while the rest of it is up', async () => {
    const events: string[] = [];
    const gate = deferred();
    const started = deferred();

    class Resource {
      constructor(private readonly name: string) {}

      onApplicationBootstrap(): void {
        events.push(`${this.name} up`);
      }

      onModuleDestroy(): void {
        events.push(`${this.name} down`);
      }
    }
    const resource = (provide: string): { provide: string; useValue: Resource } => ({
      provide,
      useValue: new Resource(provide),
    });

    @Module({ providers: [resource('imported before')] })
    class BeforeModule {}

    @Module({ providers: [resource('imported after')] })
    class AfterModule {}

    @Injectable()
    class Handler {
      @Consumer({ bindings: [{ exchange: 'amq.topic', routingKeys: ['#'] }] })
      async onMessage(): Promise<void> {
        events.push('handling');
        started.resolve();
        await gate.promise;
        events.push('handled');
      }
    }

    @Module({
      imports: [BeforeModule, FedoraMessagingModule.forRoot({ amqpUrl: memoryUrl() }), AfterModule],
      providers: [Handler, resource('root')],
    })
    class AppModule {}

    const app = await NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false });
    await app.get(Publisher, { strict: false }).publish(new Message({ topic: 'x' }));
    await started.promise;
    const closed = app.close();
    gate.resolve();
    await closed;
    expect(events.slice(0, 3).sort()).toEqual(['imported after up', 'imported before up', 'root up']);
    expect(events.slice(3, 5)).toEqual(['handling', 'handled']);
    expect(events.slice(5).sort()).toEqual(['imported after down', 'imported before down', 'root down']);
  });
});

it('memory:// keeps its exchanges after the queues that were bound to them', async () => {
  const app = await startApp({ options: { amqpUrl: memoryUrl() } });
  const service = app.get(FedoraMessagingService);
  const [consumer] = await service.consume(() => undefined);
  await consumer!.cancel();
  await service.publish(new Message({ topic: 'to.nobody' }));
  const [another] = await service.consume(() => undefined);
  expect(another!.isConsuming).toBe(true);
});
