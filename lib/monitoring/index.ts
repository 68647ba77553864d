export type { Statistics } from './statistics.js';
