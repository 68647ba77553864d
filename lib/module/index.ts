export {
  busToken,
  getDatagrepperToken,
  getFedoraMessagingMetricsToken,
  getFedoraMessagingSettingsToken,
  getFedoraMessagingToken,
  getPublisherToken,
} from './bus-tokens.js';
export { Buses, type RegisteredBus } from './buses.js';
export { type Bus, createBus } from './create-bus.js';
export { BUS, FEDORA_MESSAGING_METRICS, FEDORA_MESSAGING_SETTINGS } from './fedora-messaging.constants.js';
export type { FedoraMessagingModuleOptions } from './fedora-messaging-core.module.js';
export type { MessageClassesOptions } from './fedora-messaging-feature.module.js';
export {
  FedoraMessagingModule,
  type FedoraMessagingModuleAsyncOptions,
  type FedoraMessagingOptionsFactory,
} from './fedora-messaging.module.js';
export { FedoraMessagingService } from './fedora-messaging.service.js';
export { LivePages } from './page/live-pages.js';
export { FedoraMessagingPageModule } from './page/fedora-messaging-page.module.js';
export type { FedoraMessagingPageModuleOptions } from './page/page-module-options.interface.js';
export { SignalConnections } from './signal-connections.js';
export {
  InjectDatagrepper,
  InjectFedoraMessaging,
  InjectFedoraMessagingMetrics,
  InjectFedoraMessagingSettings,
  InjectPublisher,
} from './inject.decorators.js';
