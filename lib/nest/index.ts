export * from './common-internals.js';
export * from './core-internals.js';
export { FARTHEST, NEAREST, placeHooks } from './hook-order.js';
