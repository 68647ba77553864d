import { ConfigurableModuleBuilder, Module, type OnModuleInit } from '@nestjs/common';
import { DiscoveryModule, ModulesContainer } from '@nestjs/core';
import { BrokerConnections, PublishChannel } from './broker/index.js';
import {
  type FedoraMessagingOptions,
  type FedoraMessagingSettings,
  resolveSettings,
} from './config/index.js';
import { Consumers } from './consuming/index.js';
import { HandlerHosts } from './discovery/index.js';
import { FEDORA_MESSAGING_SETTINGS } from './fedora-messaging.constants.js';
import { FedoraMessagingService } from './fedora-messaging.service.js';
import { ConsumerExplorer, HandlerEnhancersResolver, HandlerFactory } from './handling/index.js';
import { MessageCodec, MessageRegistry } from './message/index.js';
import { FedoraMessagingEvents } from './monitoring/index.js';
import { Publisher, SignalExplorer } from './publishing/index.js';

/** What can be said of the module beyond the options. */
export interface FedoraMessagingModuleExtras {
  /** Whether all modules can inject the publisher without importing the module. Default: true. */
  isGlobal?: boolean;
}

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } =
  new ConfigurableModuleBuilder<FedoraMessagingOptions>({ moduleName: 'FedoraMessaging' })
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createFedoraMessagingOptions')
    .setExtras<FedoraMessagingModuleExtras>({ isGlobal: true }, (definition, { isGlobal = true }) => ({
      ...definition,
      global: isGlobal,
    }))
    .build();

/**
 * The providers. Apart from {@link FedoraMessagingModule}, because its hooks run first at bootstrap and last
 * at shutdown: right for connecting signals and closing connections, wrong for consumers.
 */
@Module({
  imports: [DiscoveryModule],
  providers: [
    {
      provide: FEDORA_MESSAGING_SETTINGS,
      inject: [MODULE_OPTIONS_TOKEN],
      useFactory: (options?: FedoraMessagingOptions) => resolveSettings(options),
    },
    MessageRegistry,
    {
      provide: MessageCodec,
      inject: [MessageRegistry, FEDORA_MESSAGING_SETTINGS],
      useFactory: (registry: MessageRegistry, settings: FedoraMessagingSettings) =>
        new MessageCodec(registry, settings),
    },
    {
      provide: BrokerConnections,
      inject: [FEDORA_MESSAGING_SETTINGS],
      useFactory: (settings: FedoraMessagingSettings) => new BrokerConnections(settings),
    },
    {
      provide: PublishChannel,
      inject: [BrokerConnections, FEDORA_MESSAGING_SETTINGS],
      useFactory: ({ publishing }: BrokerConnections, settings: FedoraMessagingSettings) =>
        new PublishChannel(publishing, settings.exchanges, settings.passiveDeclares),
    },
    {
      provide: Publisher,
      inject: [MessageCodec, PublishChannel, FEDORA_MESSAGING_SETTINGS],
      useFactory: (codec: MessageCodec, channel: PublishChannel, settings: FedoraMessagingSettings) =>
        new Publisher(codec, channel, settings.publishExchange),
    },
    {
      provide: FedoraMessagingEvents,
      inject: [BrokerConnections],
      useFactory: (connections: BrokerConnections) => new FedoraMessagingEvents(connections),
    },
    {
      provide: Consumers,
      inject: [
        BrokerConnections,
        PublishChannel,
        MessageCodec,
        FedoraMessagingEvents,
        FEDORA_MESSAGING_SETTINGS,
      ],
      useFactory: (
        { consuming }: BrokerConnections,
        channel: PublishChannel,
        codec: MessageCodec,
        events: FedoraMessagingEvents,
        settings: FedoraMessagingSettings,
      ) => new Consumers(consuming, channel, codec, settings, (consumer) => events.consumerStopped(consumer)),
    },
    HandlerHosts,
    SignalExplorer,
    HandlerEnhancersResolver,
    HandlerFactory,
    ConsumerExplorer,
    FedoraMessagingService,
  ],
  exports: [FEDORA_MESSAGING_SETTINGS, MessageRegistry, Publisher, FedoraMessagingService],
})
export class FedoraMessagingCoreModule extends ConfigurableModuleClass implements OnModuleInit {
  constructor(
    private readonly publisher: Publisher,
    private readonly signals: SignalExplorer,
    modules: ModulesContainer,
  ) {
    super();
    // Farther than any other, global ones included: what their hooks publish is signalled, too.
    for (const module of modules.values()) {
      if (module.metatype === FedoraMessagingCoreModule) module.distance = Infinity;
    }
  }

  /** @internal */
  onModuleInit(): void {
    this.signals.connect(this.publisher);
  }
}
