import { Injectable, Module, type Provider } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { describe, expect, expectTypeOf, it, onTestFinished } from 'vitest';
import {
  ConfigurationException,
  Consumer,
  FEDORA_MESSAGING_METRICS,
  FEDORA_MESSAGING_SETTINGS,
  type FedoraMessagingEvent,
  FedoraMessagingModule,
  type FedoraMessagingModuleOptions,
  FedoraMessagingService,
  type FedoraMessagingSettings,
  getFedoraMessagingSettingsToken,
  getFedoraMessagingToken,
  getPublisherToken,
  InjectFedoraMessaging,
  InjectFedoraMessagingSettings,
  InjectPublisher,
  Message,
  type MetricsRegistry,
  OnMessage,
  OnPrePublish,
  OnPublished,
  OnPublishFailed,
  Publisher,
} from '../../../lib/index.js';
import { Collector, deferred } from '../../support/collector.js';
import { memoryUrl } from '../../support/memory-url.js';

const bus = (options: FedoraMessagingModuleOptions = {}) =>
  FedoraMessagingModule.forRoot({ amqpUrl: memoryUrl(), ...options });

async function appWith(imports: ReturnType<typeof bus>[], ...providers: Provider[]) {
  @Module({ imports, providers })
  class AppModule {}
  const app = await NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false });
  onTestFinished(() => app.close());
  return app;
}

describe('an application on two buses', () => {
  it('publishes and consumes by the name of a bus, and counts for each bus', async () => {
    const seen = new Collector<string>();

    @Injectable()
    class Relay {
      constructor(
        private readonly publisher: Publisher,
        @InjectPublisher('staging') private readonly staging: Publisher,
        @InjectFedoraMessaging('staging') readonly service: FedoraMessagingService,
        @InjectFedoraMessaging() readonly defaultService: FedoraMessagingService,
      ) {}

      async publish(): Promise<void> {
        await this.publisher.publish(new Message({ topic: 'to.default' }));
        await this.staging.publish(new Message({ topic: 'to.staging' }));
        await this.staging.publish(new Message({ topic: 'to.staging.again' }));
      }

      @Consumer()
      onDefault({ topic }: Message): void {
        seen.add(`default ${topic}`);
      }
    }

    @Injectable()
    @Consumer({ bus: 'staging' })
    class Staging {
      @OnMessage()
      onStaging({ topic }: Message): void {
        seen.add(`staging ${topic}`);
      }
    }
    const app = await appWith([bus(), bus({ bus: 'staging', topicPrefix: 'stg' })], Relay, Staging);
    const relay = app.get(Relay);
    await relay.publish();
    expect((await seen.whenCount(3)).toSorted()).toEqual([
      'default to.default',
      'staging stg.to.staging',
      'staging stg.to.staging.again',
    ]);
    const { service, defaultService } = relay;
    expect([service.bus, defaultService.bus]).toEqual(['staging', 'default']);
    await expect.poll(() => service.statistics.consumed.processed).toBe(2);
    expect(service.statistics).toMatchObject({ published: 2, consumed: { received: 2 } });
    expect(defaultService.statistics).toMatchObject({ published: 1, consumed: { received: 1 } });
    expect(service.consumers.map(({ name }) => name)).toEqual(['Staging']);
    expect(defaultService.consumers.map(({ name }) => name)).toEqual(['Relay.onDefault']);
  });

  it('names the bus in each event', async () => {
    const app = await appWith([bus(), bus({ bus: 'staging' })]);
    const seen: FedoraMessagingEvent[] = [];
    for (const name of ['default', 'staging']) {
      const service = app.get<FedoraMessagingService>(getFedoraMessagingToken(name));
      service.events$.subscribe((event) => seen.push(event));
      await service.whenConnected();
    }
    expect(seen).toEqual([
      { bus: 'default', type: 'connected', connection: 'publishing' },
      { bus: 'staging', type: 'connected', connection: 'publishing' },
    ]);
  });

  it('is ready on one bus while it is not ready on the other', async () => {
    @Injectable()
    class Handlers {
      @Consumer()
      onDefault(): void {}

      @Consumer({ bus: 'staging' })
      onStaging(): void {}
    }
    const app = await appWith([bus(), bus({ bus: 'staging' })], Handlers);
    const [service, staging] = [
      app.get(FedoraMessagingService),
      app.get<FedoraMessagingService>(getFedoraMessagingToken('staging')),
    ];
    expect([service.statistics.consuming, staging.statistics.consuming]).toEqual([true, true]);
    await staging.pause();
    expect([service.statistics.consuming, staging.statistics.consuming]).toEqual([true, false]);
  });

  it.each([[['staging', undefined]], [[undefined, 'staging']]])(
    'injects the default bus by its classes, in any order of imports: %j',
    async ([first, second]) => {
      const buses = [first, second].map((name) =>
        bus({ ...(name && { bus: name }), topicPrefix: name ?? 'default' }),
      );
      const app = await appWith(buses);
      expect(app.get(FedoraMessagingService)).toBe(app.get(getFedoraMessagingToken()));
      expect(app.get(FedoraMessagingService).bus).toBe('default');
      expect(app.get(Publisher)).toBe(app.get(getPublisherToken('default')));
      expect(app.get(Publisher)).not.toBe(app.get(getPublisherToken('staging')));
      const prefixes = [FEDORA_MESSAGING_SETTINGS, getFedoraMessagingSettingsToken('staging')].map(
        (token) => app.get(token).topicPrefix,
      );
      expect(prefixes).toEqual(['default', 'staging']);
    },
  );

  it('gives app.get() by token the type of the settings and of the metrics', async () => {
    const app = await appWith([bus({ metrics: true })]);
    expectTypeOf(app.get(FEDORA_MESSAGING_SETTINGS)).toEqualTypeOf<FedoraMessagingSettings>();
    expectTypeOf(app.get(FEDORA_MESSAGING_METRICS)).toEqualTypeOf<MetricsRegistry | undefined>();
    expect(app.get(FEDORA_MESSAGING_SETTINGS).metrics).toBe(true);
    expect(app.get(FEDORA_MESSAGING_METRICS)).toBeDefined();
  });

  it('handles the signals of the bus that a decorator names', async () => {
    const events: string[] = [];

    @Injectable()
    class Signals {
      @OnPrePublish('staging')
      before({ topic }: Message): void {
        events.push(`staging before ${topic}`);
      }

      @OnPublished('staging')
      published({ topic }: Message): void {
        events.push(`staging published ${topic}`);
      }

      @OnPublishFailed('staging')
      failed({ topic }: Message): void {
        events.push(`staging failed ${topic}`);
      }

      @OnPublished()
      publishedToDefault({ topic }: Message): void {
        events.push(`default published ${topic}`);
      }
    }
    const app = await appWith([bus(), bus({ bus: 'staging' })], Signals);
    await app.get(Publisher).publish(new Message({ topic: 'a' }));
    const staging = app.get<Publisher>(getPublisherToken('staging'));
    await staging.publish(new Message({ topic: 'b' }));
    await staging.publish(new Message({ topic: 'c'.repeat(256) })).catch(() => undefined);
    expect(events.map((event) => event.slice(0, 20))).toEqual([
      'default published a',
      'staging before b',
      'staging published b',
      'staging before ccccc',
      'staging failed ccccc',
    ]);
  });

  it('takes options from a factory for each bus', async () => {
    const named = FedoraMessagingModule.forRootAsync({
      bus: 'staging',
      useFactory: async () => ({ amqpUrl: memoryUrl(), topicPrefix: 'by.factory' }),
    });

    @Injectable()
    class Reader {
      constructor(@InjectFedoraMessagingSettings('staging') readonly settings: FedoraMessagingSettings) {}
    }
    const app = await appWith([bus(), named], Reader);
    expect(app.get(Reader).settings.topicPrefix).toBe('by.factory');
  });

  it('needs no default bus', async () => {
    const app = await appWith([bus({ bus: 'staging' })]);
    await app.get<Publisher>(getPublisherToken('staging')).publish(new Message({ topic: 'x' }));
    expect(() => app.get(Publisher)).toThrow(/Publisher/);
  });

  it('handles messages of all buses only while the rest of the application is up', async () => {
    const events: string[] = [];
    const gates = { default: deferred(), staging: deferred() };
    const started = { default: deferred(), staging: deferred() };

    @Injectable()
    class Handlers {
      onApplicationBootstrap(): void {
        events.push('up');
      }

      onModuleDestroy(): void {
        events.push('down');
      }

      @Consumer()
      onDefault(): Promise<void> {
        return this.handle('default');
      }

      @Consumer({ bus: 'staging' })
      onStaging(): Promise<void> {
        return this.handle('staging');
      }

      private async handle(name: 'default' | 'staging'): Promise<void> {
        events.push(`handling ${name}`);
        started[name].resolve();
        await gates[name].promise;
        events.push(`handled ${name}`);
      }
    }
    const app = await appWith([bus(), bus({ bus: 'staging' })], Handlers);
    for (const name of ['default', 'staging'] as const) {
      await app.get<Publisher>(getPublisherToken(name)).publish(new Message({ topic: 'x' }));
      await started[name].promise;
    }
    const closed = app.close();
    gates.default.resolve();
    gates.staging.resolve();
    await closed;
    expect(events[0]).toBe('up');
    expect(events.slice(1, -1).toSorted()).toEqual(
      ['handled default', 'handled staging', 'handling default', 'handling staging'].toSorted(),
    );
    expect(events.at(-1)).toBe('down');
  });
});

describe('an application with wrong buses does not start', () => {
  const refusal = (text: RegExp): Error =>
    expect.objectContaining({
      constructor: ConfigurationException,
      message: expect.stringMatching(text),
    }) as Error;

  it.each<[string, () => Provider]>([
    [
      'Wrong\\.onMessage',
      () => {
        @Injectable()
        class Wrong {
          @Consumer({ bus: 'stagging' })
          onMessage(): void {}
        }
        return Wrong;
      },
    ],
    [
      'WrongClass',
      () => {
        @Injectable()
        @Consumer({ bus: 'stagging' })
        class WrongClass {
          @OnMessage()
          onMessage(): void {}
        }
        return WrongClass;
      },
    ],
    [
      'WrongSignal\\.onPublished',
      () => {
        @Injectable()
        class WrongSignal {
          @OnPublished('stagging')
          onPublished(): void {}
        }
        return WrongSignal;
      },
    ],
  ])('when %s names an unknown bus, and the error lists the known buses', async (where, handler) => {
    await expect(appWith([bus(), bus({ bus: 'staging' })], handler())).rejects.toThrow(
      refusal(new RegExp(`${where} .*'stagging'.*The buses are 'default', 'staging'`)),
    );
  });

  it.each([
    ['with one name', { bus: 'staging' }, /named 'staging'/],
    ['without a name', {}, /named 'default'/],
  ])('when it has two buses %s', async (_, options, text) => {
    await expect(appWith([bus(options), bus(options)])).rejects.toThrow(refusal(text));
  });

  it("on one bus when it can't on the other", async () => {
    let service: FedoraMessagingService | undefined;

    @Injectable()
    class Handlers {
      constructor(@InjectFedoraMessaging() injected: FedoraMessagingService) {
        service = injected;
      }

      @Consumer()
      onDefault(): void {}

      @Consumer({ bus: 'staging', onError: 'retry', retry: { in: 'broker' } })
      onStaging(): void {}
    }
    await expect(appWith([bus(), bus({ bus: 'staging' })], Handlers)).rejects.toThrow(
      refusal(/onStaging.*retry/),
    );
    expect(service!.consumers).toEqual([]);
    await expect(service!.publish(new Message({ topic: 'x' }))).rejects.toThrow(/shut down/);
  });
});
