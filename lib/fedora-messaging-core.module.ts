import { ConfigurableModuleBuilder, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { BrokerConnections, PublishChannel } from './broker/index.js';
import {
  type FedoraMessagingOptions,
  type FedoraMessagingSettings,
  resolveSettings,
} from './config/index.js';
import { ConsumerExplorer, ConsumerMetadataAccessor, Consumers } from './consuming/index.js';
import { FEDORA_MESSAGING_METRICS, FEDORA_MESSAGING_SETTINGS } from './fedora-messaging.constants.js';
import { FedoraMessagingService } from './fedora-messaging.service.js';
import { MessageCodec, MessageRegistry } from './message/index.js';
import {
  collectMetrics,
  FedoraMessagingEvents,
  type MetricsRegistry,
  MonitoringServer,
} from './monitoring/index.js';
import { Publisher } from './publishing/index.js';

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
 * The providers. Apart from {@link FedoraMessagingModule}, because a global module's hooks run first at
 * bootstrap and last at shutdown: right for closing connections, wrong for consumers.
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
    {
      provide: FEDORA_MESSAGING_METRICS,
      inject: [FEDORA_MESSAGING_SETTINGS, BrokerConnections, Publisher, PublishChannel, Consumers],
      useFactory: async (
        { metrics, monitoring }: FedoraMessagingSettings,
        connections: BrokerConnections,
        publisher: Publisher,
        publishChannel: PublishChannel,
        consumers: Consumers,
      ): Promise<MetricsRegistry | undefined> => {
        if (!metrics && monitoring.port === undefined) return undefined;
        return collectMetrics({ connections, publisher, publishChannel, consumers }, metrics);
      },
    },
    {
      provide: MonitoringServer,
      inject: [FEDORA_MESSAGING_SETTINGS, FEDORA_MESSAGING_METRICS],
      useFactory: ({ monitoring }: FedoraMessagingSettings, metrics: MetricsRegistry | undefined) =>
        new MonitoringServer(monitoring, metrics),
    },
    ConsumerMetadataAccessor,
    ConsumerExplorer,
    FedoraMessagingService,
  ],
  exports: [
    FEDORA_MESSAGING_SETTINGS,
    FEDORA_MESSAGING_METRICS,
    MessageRegistry,
    Publisher,
    FedoraMessagingService,
  ],
})
export class FedoraMessagingCoreModule extends ConfigurableModuleClass {}
