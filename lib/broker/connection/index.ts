export { BackOff } from './back-off.js';
export type { BrokerConnection } from './broker-connection.js';
export { BrokerConnections } from './broker-connections.js';
export { closeChannel, openChannel, openConfirmChannel } from './channels.js';
export { within } from './closing.js';
export { bindQueue, declareExchanges, declareQueue } from './topology.js';
