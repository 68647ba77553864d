export { decorateMethod, type FoundMethod } from './decorated-methods.js';
export type { HandlerHost } from './handler-host.js';
export { HandlerHosts } from './handler-hosts.js';
export { warnOfUnprovidedMethods } from './unprovided-methods.js';
