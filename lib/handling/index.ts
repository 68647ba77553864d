export type {
  ConsumerDecoratorOptions,
  ConsumerOptionsFactory,
  FixedConsumerOptions,
} from './decorators/consumer-decorator-options.interface.js';
export {
  Consumer,
  type ConsumerDecorator,
  type ConsumerMethodDecorator,
} from './decorators/consumer.decorator.js';
export { ConsumerExplorer, type DiscoveredConsumer } from './consumer.explorer.js';
export type { DeclaredConsumer, DeclaredHandler } from './declared-consumers.js';
export { isFedoraMessagingContext, switchToFedoraMessaging } from './execution-context.js';
export { HandlerEnhancersResolver } from './handler-enhancers.js';
export { HandlerFactory } from './handler-factory.js';
export {
  MessageBody,
  MessageContext,
  MessageHeader,
  MessageTopic,
} from './decorators/message-param.decorators.js';
export { nearestClass } from './nearest-class.js';
export { OnMessage, type OnMessageDecorator } from './decorators/on-message.decorator.js';
export type { HandlerDecorator, MessageOf, TakesMessage } from './decorators/takes-message.js';
export { type ConsumeOptions, DISPATCH_KEYS, type DispatchOptions } from './dispatch-options.js';
export { assertDispatchOptions, handlerOfMessages } from './message-dispatcher.js';
