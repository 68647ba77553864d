import { ConfigurableModuleBuilder, Module, type Provider } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import {
  DEFAULT_BUS,
  type FedoraMessagingOptions,
  type FedoraMessagingSettings,
  resolveOptions,
  withHiddenPasswords,
} from '../config/index.js';
import { ConfigurationException } from '../exceptions/index.js';
import { ConsumerExplorer } from '../handling/index.js';
import { MessageRegistry } from '../message/index.js';
import { Metrics } from '../monitoring/index.js';
import { Publisher } from '../publishing/index.js';
import { busToken } from './bus-tokens.js';
import { Buses } from './buses.js';
import { type Bus, createBus } from './create-bus.js';
import { FedoraMessagingSharedModule } from './fedora-messaging-shared.module.js';
import { BUS, FEDORA_MESSAGING_METRICS, FEDORA_MESSAGING_SETTINGS } from './fedora-messaging.constants.js';
import { FedoraMessagingService } from './fedora-messaging.service.js';
import { FARTHEST, placeHooks } from '../nest/index.js';

/** What {@link FedoraMessagingModule.forRoot} takes. @publicApi */
export interface FedoraMessagingModuleOptions extends FedoraMessagingOptions {
  /** Whether all modules can inject the publisher without importing the module. Default: true. */
  isGlobal?: boolean;
  /**
   * The name of the bus, in an application on several: `@InjectPublisher('staging')` and
   * `@Consumer({ bus: 'staging' })` are then about the bus with `bus: 'staging'`. Default: `default`, which
   * need not be named.
   */
  bus?: string;
}

/** What is said of the module, and not of the bus. */
type ModuleExtras = Omit<FedoraMessagingModuleOptions, keyof FedoraMessagingOptions>;

const EXTRAS = { isGlobal: true, bus: DEFAULT_BUS } satisfies Required<ModuleExtras>;

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } =
  new ConfigurableModuleBuilder<FedoraMessagingOptions>({ moduleName: 'FedoraMessaging' })
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createFedoraMessagingOptions')
    .setExtras<ModuleExtras>(EXTRAS, (definition, { isGlobal = EXTRAS.isGlobal, bus = EXTRAS.bus }) => ({
      ...definition,
      global: isGlobal,
      imports: [...(definition.imports ?? []), FedoraMessagingSharedModule],
      providers: [...(definition.providers ?? []).map(hidePasswords), ...providersOf(bus)],
      exports: [FedoraMessagingSharedModule, ...exportsOf(bus)],
    }))
    .build();

/**
 * The providers of one bus. Apart from {@link FedoraMessagingModule}, because its hooks run first at
 * bootstrap and last at shutdown: right for closing connections, wrong for consumers.
 */
@Module({})
export class FedoraMessagingCoreModule extends ConfigurableModuleClass {
  constructor(modules: ModulesContainer) {
    super();
    placeHooks(modules, FedoraMessagingCoreModule, FARTHEST);
  }
}

/** Who prints the module prints its options. */
function hidePasswords(provider: Provider): Provider {
  if (!('useValue' in provider) || provider.provide !== MODULE_OPTIONS_TOKEN) return provider;
  const options: unknown = provider.useValue;
  if (typeof options !== 'object' || options === null) return provider;
  return { ...provider, useValue: withHiddenPasswords(options) };
}

function exportsOf(name: string) {
  return [BUS, FEDORA_MESSAGING_SETTINGS, FEDORA_MESSAGING_METRICS, Publisher, FedoraMessagingService].map(
    (token) => busToken(token, name),
  );
}

/** @throws ConfigurationException when a factory has returned nothing, or what the module must know before it is called */
function assertGiven(options: FedoraMessagingOptions | null | undefined): FedoraMessagingOptions {
  if (options) {
    const misplaced = Object.keys(EXTRAS).find((key) => Object.hasOwn(options, key));
    if (misplaced === undefined) return options;
    throw new ConfigurationException(
      `The factory of FedoraMessagingModule.forRootAsync() returned '${misplaced}': give it to forRootAsync() itself, next to the factory`,
    );
  }
  throw new ConfigurationException(
    `The factory of FedoraMessagingModule.forRootAsync() returned ${String(options)}: return the options; { configFile: true } reads the configuration file`,
  );
}

/** Each bus has its own of everything that can be injected, under tokens of its own. */
function providersOf(name: string): Provider[] {
  const own = (token: Parameters<typeof busToken>[0]) => busToken(token, name);
  return [
    {
      provide: own(FEDORA_MESSAGING_SETTINGS),
      inject: [MODULE_OPTIONS_TOKEN],
      useFactory: (options: FedoraMessagingOptions) =>
        resolveOptions(assertGiven(options), Object.keys(EXTRAS)),
    },
    {
      provide: own(BUS),
      inject: [own(FEDORA_MESSAGING_SETTINGS), MessageRegistry, Metrics],
      useFactory: (settings: FedoraMessagingSettings, registry: MessageRegistry, metrics: Metrics) =>
        createBus(name, settings, registry, metrics),
    },
    {
      provide: own(FedoraMessagingService),
      inject: [own(BUS), Buses, ConsumerExplorer],
      useFactory: (bus: Bus, buses: Buses, explorer: ConsumerExplorer) => {
        const service = new FedoraMessagingService(bus, explorer);
        buses.add({ bus, service });
        return service;
      },
    },
    { provide: own(Publisher), inject: [own(BUS)], useFactory: ({ publisher }: Bus) => publisher },
    { provide: own(FEDORA_MESSAGING_METRICS), inject: [own(BUS)], useFactory: ({ metrics }: Bus) => metrics },
  ];
}
