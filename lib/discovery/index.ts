export { decorateMethod, type FoundMethod, type NotStatic } from './decorated-methods.js';
export type { HandlerHost } from './handler-host.js';
export { HandlerHosts } from './handler-hosts.js';
export { warnOfUnprovidedMethods } from './unprovided-methods.js';
