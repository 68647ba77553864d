export { LONGEST_TIMEOUT } from './deadlines.js';
export { Outbox } from './outbox.js';
