export * from './common-internals.js';
export * from './core-internals.js';
export { afterLazyLoad } from './lazy-modules.js';
export { FARTHEST, NEAREST, placeHooks } from './hook-order.js';
