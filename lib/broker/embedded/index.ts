export { EmbeddedBroker } from './embedded-broker.js';
export type { EmbeddedDelivery, Settlement } from './traffic.js';
