import { Module, type OnModuleInit } from '@nestjs/common';
import { DiscoveryModule, LazyModuleLoader, ModuleRef, ModulesContainer } from '@nestjs/core';
import { SettingsOfBuses } from '../config/index.js';
import { Buses } from './buses.js';
import { afterLazyLoad, FARTHEST, placeHooks } from '../nest/index.js';
import { HandlerHosts } from '../discovery/index.js';
import { ConsumerExplorer, HandlerEnhancersResolver, HandlerFactory } from '../handling/index.js';
import { LibraryLogger } from '../logging/index.js';
import { MessageRegistry } from '../message/index.js';
import { Metrics } from '../monitoring/index.js';
import { PageFeed } from '../page/index.js';
import { severalCopies } from '../package/index.js';
import { SignalExplorer } from '../publishing/index.js';
import { LivePages } from './page/live-pages.js';
import { SignalConnections } from './signal-connections.js';
import { warnOfDeclaredSupersession } from './superseded-classes.js';

/** Provides what all buses of an application share: the message classes, and the decorated methods. */
@Module({
  imports: [DiscoveryModule],
  providers: [
    Buses,
    { provide: SettingsOfBuses, useExisting: Buses },
    MessageRegistry,
    Metrics,
    PageFeed,
    {
      provide: LivePages,
      inject: [MessageRegistry, PageFeed, ModuleRef],
      useFactory: (registry: MessageRegistry, feed: PageFeed, app: ModuleRef) =>
        new LivePages(registry, feed, app),
    },
    HandlerHosts,
    HandlerEnhancersResolver,
    HandlerFactory,
    {
      provide: ConsumerExplorer,
      inject: [HandlerHosts, HandlerFactory, Buses],
      useFactory: (hosts: HandlerHosts, handlers: HandlerFactory, buses: Buses) =>
        new ConsumerExplorer(hosts, handlers, (bus, where) => buses.get(bus, where).bus.settings),
    },
    SignalExplorer,
    SignalConnections,
  ],
  exports: [Buses, SettingsOfBuses, MessageRegistry, Metrics, LivePages, ConsumerExplorer],
})
export class FedoraMessagingSharedModule implements OnModuleInit {
  private isInitialised = false;

  constructor(
    private readonly buses: Buses,
    private readonly consumers: ConsumerExplorer,
    private readonly signals: SignalConnections,
    private readonly registry: MessageRegistry,
    loader: LazyModuleLoader,
    modules: ModulesContainer,
  ) {
    // Its hook runs before those of all other modules, global modules included. So signal handlers are connected
    // before other hooks publish.
    placeHooks(modules, FedoraMessagingSharedModule, FARTHEST);
    afterLazyLoad(loader, () => this.onLazyLoad());
  }

  /**
   * Nest calls it.
   *
   * @throws ConfigurationException when a decorated method can't work
   */
  onModuleInit(): void {
    const several = severalCopies();
    if (several !== undefined) new LibraryLogger().warn(several);
    this.isInitialised = true;
    this.explore();
  }

  /** Starts what a lazily loaded module has. A module that is loaded before onModuleInit() needs nothing here. */
  private async onLazyLoad(): Promise<void> {
    if (!this.isInitialised) return;
    this.registry.gather().assertSchemas();
    this.explore();
    await Promise.all([...this.buses].map(({ service }) => service.startLoadedConsumers()));
  }

  /** Connects the handlers of signals and finds the consumers that are new since the last call. */
  private explore(): void {
    this.signals.make();
    warnOfDeclaredSupersession(this.consumers.declared(), this.registry);
    for (const { bus } of this.buses) this.consumers.explore(bus.name);
  }
}
