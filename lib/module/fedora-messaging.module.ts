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
import { LibraryLogger } from '../logging/index.js';
import type { MessageClass } from '../message/index.js';
import { busToken, getFedoraMessagingToken } from './bus-tokens.js';
import { Buses } from './buses.js';
import type { Bus } from './create-bus.js';
import {
  FedoraMessagingCoreModule,
  type FedoraMessagingModuleOptions,
} from './fedora-messaging-core.module.js';
import { FedoraMessagingFeatureModule } from './fedora-messaging-feature.module.js';
import { BUS } from './fedora-messaging.constants.js';
import type { FedoraMessagingService } from './fedora-messaging.service.js';
import { NEAREST, placeHooks } from '../nest/index.js';

/** The bus that an instance of the module is for, and its service. */
const OWN_BUS = Symbol('OWN_BUS');
const OWN_SERVICE = Symbol('OWN_SERVICE');

/**
 * What {@link FedoraMessagingModule.forRootAsync} takes: `useFactory` (with `inject`), `useClass` or `useExisting`, and
 * `imports`. What they return is as for `forRoot()`; `{ configFile: true }` reads the configuration file.
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

/** What `useClass` and `useExisting` provide the options by. @publicApi */
export interface FedoraMessagingOptionsFactory {
  createFedoraMessagingOptions(): FedoraMessagingOptions | Promise<FedoraMessagingOptions>;
}

/**
 * Puts a Nest application on the message bus: import it once for each bus, in the root module. Everywhere, a
 * {@link Publisher} can then be injected, and methods decorated with `@Consumer` handle messages from the
 * time the application has started until it closes.
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
    // Consumers start when everything that handlers may need is up, and stop before any of it goes.
    placeHooks(modules, FedoraMessagingModule, NEAREST);
    if (bus.settings.exitWhenConsumerStops) this.exitWhenConsumerStops();
  }

  /**
   * With options, those over the defaults. Without, the configuration file that the Python library would
   * read: `FEDORA_MESSAGING_CONF`, or else `/etc/fedora-messaging/config.toml`.
   */
  static forRoot(options: FedoraMessagingModuleOptions = { configFile: true }): DynamicModule {
    return FedoraMessagingModule.around(FedoraMessagingCoreModule.forRoot(options), options.bus);
  }

  /**
   * With options that are made when the application starts.
   *
   * @throws ConfigurationException when nothing says what makes them, or a key is unknown
   */
  static forRootAsync(options: FedoraMessagingModuleAsyncOptions): DynamicModule {
    assertKnownKeys('FedoraMessagingModule.forRootAsync()', options, ASYNC_KEYS);
    if (!options.useFactory && !options.useClass && !options.useExisting) {
      throw new ConfigurationException(
        'FedoraMessagingModule.forRootAsync() needs useFactory, useClass or useExisting: what makes the options',
      );
    }
    return FedoraMessagingModule.around(FedoraMessagingCoreModule.forRootAsync(options), options.bus);
  }

  /**
   * Registers message classes, in the module of the application that publishes or consumes their messages: import it
   * there. A class is known as soon as its file is imported by value, which `import type` and a forgotten import do
   * not do; a class that is named here can't be lost. Classes that `@OnMessage` or `messages` names need not be
   * named again.
   *
   * @throws ConfigurationException when given something else than message classes, as by imports in a circle
   */
  static forFeature(messageClasses: readonly MessageClass[]): DynamicModule {
    return FedoraMessagingFeatureModule.of(messageClasses);
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
      // Nobody closes an application that did not start.
      await this.buses.stop();
      throw error;
    }
  }

  /** Nest calls it. */
  onModuleDestroy(): Promise<void> {
    // Of all buses: Nest waits for one hook after the other.
    return this.buses.stopConsumers();
  }

  private exitWhenConsumerStops(): void {
    this.service.events$.subscribe((event) => {
      if (event.type !== 'consumer-stopped' || !event.error) return;
      const exitCode = consumerExitCodeOf(event.error);
      new LibraryLogger().error(`A consumer has stopped, so the process ends with exit code ${exitCode}`);
      void this.buses.stop().finally(() => process.exit(exitCode));
    });
  }
}
