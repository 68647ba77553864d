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
export { EmbeddedBroker } from './embedded-broker.js';
export type { EmbeddedDelivery, Settlement } from './embedded-traffic.js';
export type { Channel, ChannelModel, ConsumeMessage } from './port.js';
export { isPassingRefusal, ReplyCode, replyCodeOf } from './reply-code.js';
export { LONGEST_TIMEOUT, Outbox, type Publication } from './sending/index.js';
