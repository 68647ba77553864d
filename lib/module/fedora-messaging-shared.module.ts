import { Module, type OnModuleInit } from '@nestjs/common';
import { DiscoveryModule, ModulesContainer } from '@nestjs/core';
import { Buses } from './buses.js';
import { FARTHEST, placeHooks } from '../nest/index.js';
import { HandlerHosts } from '../discovery/index.js';
import { ConsumerExplorer, HandlerEnhancersResolver, HandlerFactory } from '../handling/index.js';
import { LibraryLogger } from '../logging/index.js';
import { MessageRegistry } from '../message/index.js';
import { Metrics } from '../monitoring/index.js';
import { severalCopies } from '../package/index.js';
import { SignalExplorer } from '../publishing/index.js';
import { SignalConnections } from './signal-connections.js';

/** What all buses of an application share: the message classes, and the decorated methods. */
@Module({
  imports: [DiscoveryModule],
  providers: [
    Buses,
    MessageRegistry,
    Metrics,
    HandlerHosts,
    HandlerEnhancersResolver,
    HandlerFactory,
    ConsumerExplorer,
    SignalExplorer,
    SignalConnections,
  ],
  exports: [Buses, MessageRegistry, Metrics, ConsumerExplorer],
})
export class FedoraMessagingSharedModule implements OnModuleInit {
  constructor(
    private readonly buses: Buses,
    private readonly consumers: ConsumerExplorer,
    private readonly signals: SignalConnections,
    modules: ModulesContainer,
  ) {
    // Farther than any other module, global ones included: signalled is also what their first hooks publish.
    placeHooks(modules, FedoraMessagingSharedModule, FARTHEST);
  }

  /**
   * Nest calls it.
   *
   * @throws ConfigurationException when a decorated method is of no use
   */
  onModuleInit(): void {
    const several = severalCopies();
    if (several !== undefined) new LibraryLogger().warn(several);
    this.signals.make();
    for (const { name, bus } of this.consumers.declared()) this.buses.get(bus, name);
    for (const { bus } of this.buses) this.consumers.explore(bus.name, bus.settings);
  }
}
