import {
  type ConfigurableModuleAsyncOptions,
  type DynamicModule,
  Module,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { FedoraMessagingOptions } from './config/index.js';
import {
  FedoraMessagingCoreModule,
  type FedoraMessagingModuleExtras,
} from './fedora-messaging-core.module.js';
import { FedoraMessagingService } from './fedora-messaging.service.js';

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
 * Puts a Nest application on the message bus: import it once, in the root module. Everywhere, a
 * {@link Publisher} can then be injected, and methods decorated with `@Consumer` handle messages from the
 * time the application has started until it closes.
 *
 * @publicApi
 */
@Module({})
export class FedoraMessagingModule implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(
    private readonly service: FedoraMessagingService,
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
    return FedoraMessagingModule.around(FedoraMessagingCoreModule.forRoot(options));
  }

  /** With options that are made when the application starts. */
  static forRootAsync(options: FedoraMessagingModuleAsyncOptions): DynamicModule {
    return FedoraMessagingModule.around(FedoraMessagingCoreModule.forRootAsync(options));
  }

  private static around(core: DynamicModule): DynamicModule {
    return { module: FedoraMessagingModule, imports: [core], exports: [core] };
  }

  /** @internal */
  onApplicationBootstrap(): Promise<void> {
    return this.service.startConsumers();
  }

  /** @internal */
  onModuleDestroy(): Promise<void> {
    return this.service.stopConsumers();
  }
}
