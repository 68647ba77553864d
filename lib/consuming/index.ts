export { assertConsumerKeys, assertConsumerOptions } from './consumer-option-keys.js';
export type {
  ConsumerCallback,
  ConsumerClass,
  ConsumerFunction,
  ConsumerObject,
} from './consumer-callback.js';
export {
  InvalidCallbackError,
  isHandling,
  type MessageHandler,
  nameOfCallback,
  toHandler,
} from './consumer-callback.js';
export type { ConsumerOptions } from './consumer-options.interface.js';
export { withNamedTopology } from './named-topology.js';
export { type ConsumerPlan, planConsumers } from './consumer-plan.js';
export type { ConsumedStatistics } from './consumer-statistics.js';
export { Consumers } from './consumers.js';
export { completionOf, valueOf } from './delivery/completion.js';
export type {
  DeliveryObserver,
  DeliveryOutcome,
  ObservedCall,
  ObservedConsumer,
} from './delivery/delivery-observer.js';
export { LoggedDrop } from './delivery/logged-drop.js';
export { isPermissionProbe } from './failure/copy-sender.js';
export { purposeOfCopy } from './failure/retry-headers.js';
export { FedoraMessagingContext } from './fedora-messaging-context.js';
export type { ParkedMessage, ParkedSelection } from './parking/parked-message.interface.js';
export { ParkedMessages } from './parking/parked-messages.js';
export type { RunningConsumer } from './running-consumer.interface.js';
