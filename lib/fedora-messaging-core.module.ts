import { ConfigurableModuleBuilder, Module, type Provider } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { BrokerConnections, Outbox } from './broker/index.js';
import { busToken } from './bus-tokens.js';
import { Buses } from './buses.js';
import {
  type FedoraMessagingOptions,
  type FedoraMessagingSettings,
  resolveSettings,
} from './config/index.js';
import { Consumers } from './consuming/index.js';
import { DEFAULT_CONNECTION } from './discovery/index.js';
import { FedoraMessagingSharedModule } from './fedora-messaging-shared.module.js';
import { FEDORA_MESSAGING_METRICS, FEDORA_MESSAGING_SETTINGS } from './fedora-messaging.constants.js';
import { FedoraMessagingService } from './fedora-messaging.service.js';
import { ConsumerExplorer } from './handling/index.js';
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
  /**
   * The name of the bus, in an application on more than one: `@InjectPublisher(name)` and
   * `@Consumer({ connection: name })` are then about this one. Default: `default`, which need not be named.
   */
  name?: string;
}

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } =
  new ConfigurableModuleBuilder<FedoraMessagingOptions>({ moduleName: 'FedoraMessaging' })
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createFedoraMessagingOptions')
    .setExtras<FedoraMessagingModuleExtras>(
      { isGlobal: true, name: DEFAULT_CONNECTION },
      (definition, { isGlobal = true, name = DEFAULT_CONNECTION }) => ({
        ...definition,
        global: isGlobal,
        imports: [...(definition.imports ?? []), FedoraMessagingSharedModule],
        providers: [...(definition.providers ?? []), ...providersOf(name)],
        exports: [FedoraMessagingSharedModule, ...exportsOf(name)],
      }),
    )
    .build();

/**
 * The providers of one bus. Apart from {@link FedoraMessagingModule}, because its hooks run first at
 * bootstrap and last at shutdown: right for closing connections, wrong for consumers.
 */
@Module({})
export class FedoraMessagingCoreModule extends ConfigurableModuleClass {
  constructor(modules: ModulesContainer) {
    super();
    for (const module of modules.values()) {
      if (module.metatype === FedoraMessagingCoreModule) module.distance = Infinity;
    }
  }
}

function exportsOf(name: string) {
  return [FEDORA_MESSAGING_SETTINGS, FEDORA_MESSAGING_METRICS, Publisher, FedoraMessagingService].map(
    (token) => busToken(token, name),
  );
}

/** Each bus has its own of everything, under tokens of its own. */
function providersOf(name: string): Provider[] {
  const own = (token: Parameters<typeof busToken>[0]) => busToken(token, name);
  return [
    {
      provide: own(FEDORA_MESSAGING_SETTINGS),
      inject: [MODULE_OPTIONS_TOKEN],
      useFactory: (options?: FedoraMessagingOptions) => resolveSettings(options),
    },
    {
      provide: own(MessageCodec),
      inject: [MessageRegistry, own(FEDORA_MESSAGING_SETTINGS)],
      useFactory: (registry: MessageRegistry, settings: FedoraMessagingSettings) =>
        new MessageCodec(registry, settings),
    },
    {
      provide: own(BrokerConnections),
      inject: [own(FEDORA_MESSAGING_SETTINGS)],
      useFactory: (settings: FedoraMessagingSettings) => new BrokerConnections(settings),
    },
    {
      provide: own(Outbox),
      inject: [own(BrokerConnections), own(FEDORA_MESSAGING_SETTINGS)],
      useFactory: ({ publishing }: BrokerConnections, settings: FedoraMessagingSettings) =>
        new Outbox(publishing, settings.exchanges, settings.passiveDeclares, settings.reconnect),
    },
    {
      provide: own(Publisher),
      inject: [own(MessageCodec), own(Outbox), own(FEDORA_MESSAGING_SETTINGS)],
      useFactory: (codec: MessageCodec, channel: Outbox, settings: FedoraMessagingSettings) =>
        new Publisher(codec, channel, settings.publishExchange),
    },
    {
      provide: own(FedoraMessagingEvents),
      inject: [own(BrokerConnections)],
      useFactory: (connections: BrokerConnections) => new FedoraMessagingEvents(connections),
    },
    {
      provide: own(Consumers),
      inject: [
        own(BrokerConnections),
        own(Outbox),
        own(MessageCodec),
        own(FedoraMessagingEvents),
        own(FEDORA_MESSAGING_SETTINGS),
      ],
      useFactory: (
        { consuming }: BrokerConnections,
        channel: Outbox,
        codec: MessageCodec,
        events: FedoraMessagingEvents,
        settings: FedoraMessagingSettings,
      ) => new Consumers(consuming, channel, codec, settings, (consumer) => events.consumerStopped(consumer)),
    },
    {
      provide: own(FEDORA_MESSAGING_METRICS),
      inject: [
        own(FEDORA_MESSAGING_SETTINGS),
        own(BrokerConnections),
        own(Publisher),
        own(Outbox),
        own(Consumers),
      ],
      useFactory: async (
        { metrics, monitoring }: FedoraMessagingSettings,
        connections: BrokerConnections,
        publisher: Publisher,
        publishChannel: Outbox,
        consumers: Consumers,
      ): Promise<MetricsRegistry | undefined> => {
        if (!metrics && monitoring.port === undefined) return undefined;
        return collectMetrics({ connections, publisher, publishChannel, consumers }, metrics);
      },
    },
    {
      provide: own(MonitoringServer),
      inject: [own(FEDORA_MESSAGING_SETTINGS), own(FEDORA_MESSAGING_METRICS)],
      useFactory: ({ monitoring }: FedoraMessagingSettings, metrics: MetricsRegistry | undefined) =>
        new MonitoringServer(monitoring, metrics),
    },
    {
      provide: own(FedoraMessagingService),
      inject: [
        Buses,
        own(BrokerConnections),
        MessageRegistry,
        own(Publisher),
        own(Outbox),
        own(Consumers),
        ConsumerExplorer,
        own(FedoraMessagingEvents),
        own(MonitoringServer),
        own(FEDORA_MESSAGING_SETTINGS),
      ],
      useFactory: (buses: Buses, ...parts: ServiceParts) => {
        const service = new FedoraMessagingService(name, buses, ...parts);
        buses.add({ name, service, publisher: parts[2] });
        return service;
      },
    },
  ];
}

type ServiceParts =
  ConstructorParameters<typeof FedoraMessagingService> extends [string, Buses, ...infer Parts]
    ? Parts
    : never;
