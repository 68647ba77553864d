export type { MessageRecord, Snapshot } from './protocol.js';
