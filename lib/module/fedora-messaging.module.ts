import {
  type ConfigurableModuleAsyncOptions,
  type DynamicModule,
  Inject,
  Module,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { assertKnownKeys, type FedoraMessagingOptions } from '../config/index.js';
import { ConfigurationException, consumerExitCodeOf } from '../exceptions/index.js';
import type { MessageClass } from '../message/index.js';
import { busToken, getFedoraMessagingToken } from './bus-tokens.js';
import { Buses } from './buses.js';
import type { Bus } from './create-bus.js';
import {
  FedoraMessagingCoreModule,
  type FedoraMessagingModuleOptions,
} from './fedora-messaging-core.module.js';
import {
  FedoraMessagingFeatureModule,
  type MessageClassesOptions,
} from './fedora-messaging-feature.module.js';
import { BUS } from './fedora-messaging.constants.js';
import type { FedoraMessagingService } from './fedora-messaging.service.js';
import { NEAREST, placeHooks } from '../nest/index.js';

/** The tokens of the bus to which an instance of the module belongs, and of its service. */
const OWN_BUS = Symbol('OWN_BUS');
const OWN_SERVICE = Symbol('OWN_SERVICE');

/**
 * The options of {@link FedoraMessagingModule.forRootAsync}: `useFactory` (with `inject`), `useClass` or
 * `useExisting`, and `imports`. The factory returns the same options as for `forRoot()`; `{ configFile: true }` reads
 * the configuration file.
 *
 * @publicApi
 */
export type FedoraMessagingModuleAsyncOptions = ConfigurableModuleAsyncOptions<
  FedoraMessagingOptions,
  'createFedoraMessagingOptions'
> &
  Pick<FedoraMessagingModuleOptions, 'isGlobal' | 'bus'> &
  (Record<'useFactory', object> | Record<'useClass', object> | Record<'useExisting', object>);

const ASYNC_KEYS = Object.keys({
  useFactory: true,
  useClass: true,
  useExisting: true,
  inject: true,
  imports: true,
  provideInjectionTokensFrom: true,
  isGlobal: true,
  bus: true,
} satisfies Record<keyof Required<FedoraMessagingModuleAsyncOptions>, true>);

/** The interface of a class for `useClass` and `useExisting`. @publicApi */
export interface FedoraMessagingOptionsFactory {
  /** Returns the options of the bus. It is called once, when the application starts. */
  createFedoraMessagingOptions(): FedoraMessagingOptions | Promise<FedoraMessagingOptions>;
}

/**
 * Connects a Nest application to the message bus: import it once for each bus, in the root module. Then a
 * {@link Publisher} can be injected everywhere, and methods with `@Consumer` handle messages from the application's
 * start until it closes.
 *
 * @publicApi
 */
@Module({})
export class FedoraMessagingModule implements OnApplicationBootstrap, OnModuleDestroy {
  /** @internal Nest calls it. */
  constructor(
    @Inject(OWN_BUS) bus: Bus,
    @Inject(OWN_SERVICE) private readonly service: FedoraMessagingService,
    private readonly buses: Buses,
    modules: ModulesContainer,
  ) {
    // Consumers start after everything that handlers may need, and stop before any of it stops.
    placeHooks(modules, FedoraMessagingModule, NEAREST);
    if (bus.settings.exitWhenConsumerStops) this.exitWhenConsumerStops(bus);
  }

  /**
   * Makes the module with options, which replace defaults. Without options, it reads the configuration file that the
   * Python library would read: `FEDORA_MESSAGING_CONF`, or else `/etc/fedora-messaging/config.toml`.
   */
  static forRoot(options: FedoraMessagingModuleOptions = { configFile: true }): DynamicModule {
    return FedoraMessagingModule.around(FedoraMessagingCoreModule.forRoot(options), options.bus);
  }

  /**
   * Makes the module with options that a factory makes when the application starts.
   *
   * @throws ConfigurationException when there is no factory, or a key is unknown
   */
  static forRootAsync(options: FedoraMessagingModuleAsyncOptions): DynamicModule {
    assertKnownKeys('FedoraMessagingModule.forRootAsync()', options, ASYNC_KEYS);
    if (!options.useFactory && !options.useClass && !options.useExisting) {
      throw new ConfigurationException(
        'FedoraMessagingModule.forRootAsync() needs useFactory, useClass or useExisting to make the options',
      );
    }
    return FedoraMessagingModule.around(FedoraMessagingCoreModule.forRootAsync(options), options.bus);
  }

  /**
   * Registers message classes; import it into the application's module that publishes or consumes their messages. A
   * class is also known once its file is imported by value. `import type` does not do that, and an import can be
   * forgotten: a class that is listed here can't be lost. Classes in `@OnMessage` or `messages` need not be listed.
   *
   * @throws ConfigurationException when an entry is not a message class, for example because of circular imports, or an
   *   option is wrong
   */
  static forFeature(
    messageClasses: readonly MessageClass[],
    options: MessageClassesOptions = {},
  ): DynamicModule {
    return FedoraMessagingFeatureModule.of(messageClasses, options);
  }

  private static around(core: DynamicModule, bus?: string): DynamicModule {
    return {
      module: FedoraMessagingModule,
      imports: [core],
      providers: [
        { provide: OWN_BUS, useExisting: busToken(BUS, bus) },
        { provide: OWN_SERVICE, useExisting: getFedoraMessagingToken(bus) },
      ],
      exports: [core],
    };
  }

  /** Nest calls it. */
  async onApplicationBootstrap(): Promise<void> {
    try {
      await this.service.start();
    } catch (error) {
      // Nest does not close an application that failed to start.
      await this.buses.stop();
      throw error;
    }
  }

  /** Nest calls it. */
  onModuleDestroy(): Promise<void> {
    // Stops all buses at once, because Nest waits for one hook after the other.
    return this.buses.stopConsumers();
  }

  private exitWhenConsumerStops({ logger }: Bus): void {
    this.service.events$.subscribe((event) => {
      if (event.type !== 'consumer-stopped' || !event.error) return;
      const exitCode = consumerExitCodeOf(event.error);
      logger.error(
        `The process ends with exit code ${exitCode}, because a consumer has stopped (exitWhenConsumerStops)`,
      );
      void this.buses.stop().finally(() => process.exit(exitCode));
    });
  }
}
