export { BackOff } from './back-off.js';
export type { BrokerConnection } from './broker-connection.js';
export { BrokerConnections } from './broker-connections.js';
export { CLOSE_TIMEOUT, closeChannel } from './closing.js';
export { InterruptedDeclaration } from './interrupted-declaration.js';
export { bindQueue, consumeQueue, declareExchanges, declareQueue } from './topology.js';
