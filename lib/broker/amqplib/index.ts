export { openAmqp } from './connect.js';
export { isClosed, isNack, reasonOf } from './errors.js';
export { unreadableHeadersOf } from './unreadable-headers.js';
