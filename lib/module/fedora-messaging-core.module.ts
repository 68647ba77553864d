import { ConfigurableModuleBuilder, Module, type Provider } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import {
  DEFAULT_BUS,
  type FedoraMessagingOptions,
  type FedoraMessagingSettings,
  resolveOptions,
  withHiddenPasswords,
} from '../config/index.js';
import { Datagrepper } from '../datagrepper/index.js';
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
import { LivePages } from './page/live-pages.js';

/** The options of {@link FedoraMessagingModule.forRoot}. @publicApi */
export interface FedoraMessagingModuleOptions extends FedoraMessagingOptions {
  /** Whether all modules can inject the publisher without importing the module. Default: true. */
  isGlobal?: boolean;
  /**
   * The name of the bus, in an application with several: `@InjectPublisher('staging')` and
   * `@Consumer({ bus: 'staging' })` then use the bus with `bus: 'staging'`. Default: `default`; decorators need not
   * name that.
   */
  bus?: string;
}

/** The options of the module itself, which are not options of the bus. */
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
 * Provides one bus. It is a module of its own because its hooks run first at bootstrap and last at shutdown. That is
 * right for closing connections, and wrong for consumers, which {@link FedoraMessagingModule} starts and stops.
 */
@Module({})
export class FedoraMessagingCoreModule extends ConfigurableModuleClass {
  constructor(modules: ModulesContainer) {
    super();
    placeHooks(modules, FedoraMessagingCoreModule, FARTHEST);
  }
}

/** Hides passwords in the options, because printing the module prints them. */
function hidePasswords(provider: Provider): Provider {
  if (!('useValue' in provider) || provider.provide !== MODULE_OPTIONS_TOKEN) return provider;
  const options: unknown = provider.useValue;
  if (typeof options !== 'object' || options === null) return provider;
  return { ...provider, useValue: withHiddenPasswords(options) };
}

function exportsOf(name: string) {
  return [
    BUS,
    FEDORA_MESSAGING_SETTINGS,
    FEDORA_MESSAGING_METRICS,
    Publisher,
    FedoraMessagingService,
    Datagrepper,
  ].map((token) => busToken(token, name));
}

/**
 * Checks the options that a factory has returned.
 *
 * @throws ConfigurationException when there are none, or when they have options of the module itself
 */
function checkReturned(options: FedoraMessagingOptions | null | undefined): FedoraMessagingOptions {
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

/** The providers of a bus; each bus has its own instances, under its own tokens. */
function providersOf(name: string): Provider[] {
  const own = (token: Parameters<typeof busToken>[0]) => busToken(token, name);
  return [
    {
      provide: own(FEDORA_MESSAGING_SETTINGS),
      inject: [MODULE_OPTIONS_TOKEN],
      useFactory: (options: FedoraMessagingOptions) =>
        resolveOptions(checkReturned(options), Object.keys(EXTRAS)),
    },
    {
      provide: own(BUS),
      inject: [own(FEDORA_MESSAGING_SETTINGS), MessageRegistry, Metrics, LivePages],
      useFactory: (
        settings: FedoraMessagingSettings,
        registry: MessageRegistry,
        metrics: Metrics,
        pages: LivePages,
      ) => createBus(name, settings, registry, metrics, pages),
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
    {
      provide: own(Datagrepper),
      inject: [own(FEDORA_MESSAGING_SETTINGS), MessageRegistry],
      useFactory: ({ datagrepper }: FedoraMessagingSettings, registry: MessageRegistry) =>
        new Datagrepper(datagrepper, registry),
    },
    { provide: own(FEDORA_MESSAGING_METRICS), inject: [own(BUS)], useFactory: ({ metrics }: Bus) => metrics },
  ];
}
