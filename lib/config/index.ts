export { type AmqpUrl, parseAmqpUrl } from './connection/amqp-url.js';
export { withBindingsInList } from './file/bindings-in-list.js';
export type {
  BindingOptions,
  ConsumerTopology,
  ErrorAction,
  ErrorHandling,
  QueueOptions,
  RetryOptions,
} from './consumer-topology.interface.js';
export type { CommandSettings } from './file/command-settings.interface.js';
export {
  DEFAULT_BUS,
  DEFAULT_DATAGREPPER,
  DEFAULT_MAX_RECONNECT_DELAY,
  DEFAULT_PREFETCH_COUNT,
  DEFAULT_QUEUE,
  DEFAULT_RECONNECT_DELAY,
  defaultSettings,
} from './defaults.js';
export type {
  DatagrepperOptions,
  ExchangeBindingOptions,
  ExchangeOptions,
  FedoraMessagingOptions,
  MonitoringOptions,
  QosOptions,
  ReconnectOptions,
  TlsOptions,
} from './fedora-messaging-options.interface.js';
export type {
  PageAccess,
  PageContents,
  PageError,
  PageMessage,
  PageOptions,
} from './page-options.interface.js';
export { FedoraMessagingSettings } from './fedora-messaging-settings.js';
export { SettingsOfBuses } from './settings-of-buses.js';
export { assertKnownKeys, nearestFirst, suggestion } from './known-keys.js';
export { readCommandSettings } from './file/read-command-settings.js';
export { withoutUndefined } from './without-undefined.js';
export { resolveOptions, resolveSettings } from './resolve-settings.js';
export { withHiddenPasswords } from './connection/hidden-passwords.js';
export { readTlsMaterial, type TlsMaterial } from './connection/tls-material.js';
export { assertPage, assertTopology } from './validate-settings.js';
