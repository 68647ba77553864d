export type { ConsumerDecoratorOptions } from './decorators/consumer-decorator-options.interface.js';
export { Consumer, type ConsumerDecorator } from './decorators/consumer.decorator.js';
export { ConsumerExplorer } from './consumer.explorer.js';
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
export {
  type MessageOf,
  OnMessage,
  type OnMessageDecorator,
  type TakesMessage,
} from './decorators/on-message.decorator.js';
