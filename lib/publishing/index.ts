export { Publisher, type PublishOptions } from './publisher.js';
export { Signal, type SignalHandler } from './signal.js';
