export { decorateMethod } from './decorated-methods.js';
export { DEFAULT_CONNECTION } from './default-connection.js';
export type { FoundMethod, HandlerHost } from './handler-host.js';
export { HandlerHosts } from './handler-hosts.js';
