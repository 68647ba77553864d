export type { DeliveryOutcome } from './delivery-outcome.js';
export type { ExpectedMessage, SentMessages } from './expected-message.js';
export { mockSends } from './mock-sends.js';
export type { RawMessage } from './raw-message.js';
export { type DeliverOptions, TestingBroker } from './testing-broker.js';
