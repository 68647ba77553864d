export type { ExpectedMessage, SentMessages } from './expected-message.js';
export { mockSends } from './mock-sends.js';
