export { getFedoraMessagingSettingsToken, getFedoraMessagingToken, getPublisherToken } from './bus-tokens.js';
export {
  type BindingOptions,
  type ExchangeOptions,
  type FedoraMessagingOptions,
  type FedoraMessagingSettings,
  type MonitoringOptions,
  type QosOptions,
  type ReconnectOptions,
  type QueueOptions,
  resolveSettings,
  type TlsOptions,
} from './config/index.js';
export {
  type ConsumedStatistics,
  type ConsumerCallback,
  type ConsumerClass,
  type ConsumerFunction,
  type ConsumerObject,
  type ConsumerOptions,
  type FedoraMessagingContext,
  type RetryOptions,
  type RunningConsumer,
} from './consuming/index.js';
export * from './exceptions/index.js';
export { FEDORA_MESSAGING_METRICS, FEDORA_MESSAGING_SETTINGS } from './fedora-messaging.constants.js';
export {
  FedoraMessagingModule,
  type FedoraMessagingModuleAsyncOptions,
  type FedoraMessagingModuleOptions,
  type FedoraMessagingOptionsFactory,
} from './fedora-messaging.module.js';
export { FedoraMessagingService } from './fedora-messaging.service.js';
export {
  Consumer,
  type ConsumerDecorator,
  type ConsumerDecoratorOptions,
  isFedoraMessagingContext,
  MessageBody,
  MessageContext,
  MessageHeader,
  type MessageOf,
  MessageTopic,
  OnMessage,
  type OnMessageDecorator,
  switchToFedoraMessaging,
  type TakesMessage,
} from './handling/index.js';
export { InjectFedoraMessaging, InjectPublisher } from './inject.decorators.js';
export type { JsonSchema } from './json-schema/index.js';
export {
  type AnyMessageClass,
  type BodyClass,
  bodySchemaOf,
  dumps,
  type EncodingOptions,
  type IncomingMessage,
  libravatarUrl,
  type LibravatarOptions,
  loads,
  Message,
  type MessageClass,
  MessageCodec,
  type MessageHeaders,
  type MessageInit,
  MessageRegistry,
  MessageSchema,
  type MessageSchemaOptions,
  type OutgoingMessage,
  type PassedOnProperties,
  SERIALIZED_MESSAGE_SCHEMA,
  type SerializedMessage,
  SEVERITIES,
  Severity,
  userAvatarUrl,
} from './message/index.js';
export type {
  ConnectionPurpose,
  ConnectionState,
  FedoraMessagingEvent,
  MetricsRegistry,
  Statistics,
} from './monitoring/index.js';
export {
  type FailedPublish,
  OnPrePublish,
  OnPublished,
  OnPublishFailed,
  Publisher,
  type PublishOptions,
  Signal,
  type SignalDecorator,
  type SignalHandler,
} from './publishing/index.js';
