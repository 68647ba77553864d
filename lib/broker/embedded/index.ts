export { EmbeddedBroker, openEmbedded } from './embedded-broker.js';
export type { EmbeddedDelivery, Settlement } from './traffic.js';
