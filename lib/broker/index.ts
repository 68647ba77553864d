export type { Channel, ChannelModel, ConsumeMessage } from './amqp.js';
export { BackOff } from './back-off.js';
export { BrokerConnections } from './broker-connections.js';
export type { BrokerConnection } from './broker-connection.js';
export { closeChannel, openChannel } from './open-channel.js';
export { PublishChannel } from './publish-channel.js';
export type { Publication } from './publication.js';
export { isPassingRefusal, reasonOf, ReplyCode, replyCodeOf } from './reply-code.js';
export { bindQueue, declareExchanges, declareQueue } from './topology.js';
