export { BackOff } from './back-off.js';
export type { BrokerConnection } from './broker-connection.js';
export { BrokerConnections } from './broker-connections.js';
export { closeChannel, openChannel, openConfirmChannel } from './channels.js';
export { CLOSE_TIMEOUT } from './closing.js';
export { bindQueue, declareExchanges, declareQueue } from './topology.js';
