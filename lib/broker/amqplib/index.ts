export { watchNumber, whenNumbersAreFree } from './channel-numbers.js';
export { type ConnectOptions, openAmqp } from './connect.js';
export { isClosed, isNack, isNoChannelsLeft, reasonOf } from './errors.js';
export { HeaderTables } from './header-tables.js';
export { frameMaxOf, heartbeatOf, socketOf } from './internals.js';
export { unreadableHeadersOf } from './unreadable-headers.js';
