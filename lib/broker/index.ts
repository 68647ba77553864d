export {
  BackOff,
  bindQueue,
  type BrokerConnection,
  BrokerConnections,
  CLOSE_TIMEOUT,
  closeChannel,
  consumeQueue,
  declareExchanges,
  declareQueue,
  InterruptedDeclaration,
} from './connection/index.js';
export type { Channel, ConsumeMessage, GotMessage, OpenConnection, Publication } from './port.js';
export { isPassingRefusal, ReplyCode, replyCodeOf } from './reply-code.js';
export { Outbox } from './sending/index.js';
export { isClosed, reasonOf, unreadableHeadersOf } from './transports.js';
