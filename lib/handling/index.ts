export { Consumer } from './consumer.decorator.js';
export { ConsumerExplorer } from './consumer.explorer.js';
export { isFedoraMessagingContext, switchToFedoraMessaging } from './execution-context.js';
export { HandlerEnhancersResolver } from './handler-enhancers.js';
export { HandlerFactory } from './handler-factory.js';
export { MessageBody, MessageContext, MessageHeader, MessageTopic } from './message-param.decorators.js';
