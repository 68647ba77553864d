import {
  type ConfigurableModuleAsyncOptions,
  type DynamicModule,
  Inject,
  Module,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { getFedoraMessagingToken } from './bus-tokens.js';
import { Buses } from './buses.js';
import type { FedoraMessagingOptions } from './config/index.js';
import {
  FedoraMessagingCoreModule,
  type FedoraMessagingModuleExtras,
} from './fedora-messaging-core.module.js';
import type { FedoraMessagingService } from './fedora-messaging.service.js';

/** The service of the bus that an instance of the module is for. */
const BUS_SERVICE = Symbol('BUS_SERVICE');

/** What {@link FedoraMessagingModule.forRoot} takes. @publicApi */
export type FedoraMessagingModuleOptions = FedoraMessagingOptions & FedoraMessagingModuleExtras;

/**
 * What {@link FedoraMessagingModule.forRootAsync} takes: `useFactory` (with `inject`), `useClass` or
 * `useExisting`, and `imports`. A factory that returns nothing is as `forRoot()`.
 *
 * @publicApi
 */
export type FedoraMessagingModuleAsyncOptions = ConfigurableModuleAsyncOptions<
  FedoraMessagingOptions,
  'createFedoraMessagingOptions'
> &
  FedoraMessagingModuleExtras;

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
  constructor(
    @Inject(BUS_SERVICE) private readonly service: FedoraMessagingService,
    private readonly buses: Buses,
    modules: ModulesContainer,
  ) {
    // Nest runs the bootstrap hooks of distant modules first, and their destroy hooks last. Nearer than the
    // root, consumers start when everything that handlers may need is up, and stop before any of it goes.
    for (const module of modules.values()) {
      if (module.metatype === FedoraMessagingModule) module.distance = -1;
    }
  }

  /**
   * With options, those over the defaults. Without, the configuration file that the Python library would
   * read: `FEDORA_MESSAGING_CONF`, or else `/etc/fedora-messaging/config.toml`.
   */
  static forRoot(options: FedoraMessagingModuleOptions = { configFile: true }): DynamicModule {
    return FedoraMessagingModule.around(FedoraMessagingCoreModule.forRoot(options), options.name);
  }

  /** With options that are made when the application starts. */
  static forRootAsync(options: FedoraMessagingModuleAsyncOptions): DynamicModule {
    return FedoraMessagingModule.around(FedoraMessagingCoreModule.forRootAsync(options), options.name);
  }

  private static around(core: DynamicModule, name?: string): DynamicModule {
    return {
      module: FedoraMessagingModule,
      imports: [core],
      providers: [{ provide: BUS_SERVICE, useExisting: getFedoraMessagingToken(name) }],
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
}
