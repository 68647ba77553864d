export type { ConsumerCallback, ConsumerClass, ConsumerFunction } from './consumer-callback.js';
export { InvalidCallbackError, type MessageHandler, toHandler } from './consumer-callback.js';
export type { ConsumerOptions, RetryOptions } from './consumer-options.interface.js';
export type { ConsumedStatistics } from './consumer-statistics.js';
export { Consumers } from './consumers.js';
export type { DeliveryObserver, DeliveryOutcome } from './delivery-observer.js';
export { exitCodeOf } from './exit-code.js';
export type { FedoraMessagingContext } from './fedora-messaging-context.js';
export { RunningConsumer } from './running-consumer.js';
