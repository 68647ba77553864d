export { BackOff } from './back-off.js';
export type { BrokerConnection } from './broker-connection.js';
export { BrokerConnections } from './broker-connections.js';
export { CLOSE_TIMEOUT, closeChannel } from './closing.js';
export { bindQueue, declareExchanges, declareQueue } from './topology.js';
