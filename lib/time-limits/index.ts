export { LONGEST_TIMEOUT } from './longest-timeout.js';
export { settlesBefore, settlesWithin } from './settles.js';
