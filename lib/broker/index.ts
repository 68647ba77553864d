export { isClosed, reasonOf, unreadableHeadersOf } from './amqplib/index.js';
export {
  BackOff,
  bindQueue,
  type BrokerConnection,
  BrokerConnections,
  CLOSE_TIMEOUT,
  closeChannel,
  declareExchanges,
  declareQueue,
  openChannel,
} from './connection/index.js';
export type { Channel, ChannelModel, ConsumeMessage, Publication } from './port.js';
export { isPassingRefusal, ReplyCode, replyCodeOf } from './reply-code.js';
export { Outbox } from './sending/index.js';
