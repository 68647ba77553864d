export { isClosed, reasonOf, unreadableHeadersOf } from './amqplib/index.js';
export {
  BackOff,
  bindQueue,
  type BrokerConnection,
  BrokerConnections,
  closeChannel,
  declareExchanges,
  declareQueue,
  openChannel,
  within,
} from './connection/index.js';
export { LONGEST_TIMEOUT } from './longest-timeout.js';
export type { Channel, ChannelModel, ConsumeMessage, Publication } from './port.js';
export { isPassingRefusal, ReplyCode, replyCodeOf } from './reply-code.js';
export { Outbox } from './sending/index.js';
