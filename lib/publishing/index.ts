export type { PublicationSink } from './publication-sink.js';
export { divert, Publisher, type PublishOptions } from './publisher.js';
export { Signal, type SignalHandler } from './signal.js';
