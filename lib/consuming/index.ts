export type { ConsumerCallback, ConsumerClass, ConsumerFunction } from './consumer-callback.js';
export { toHandler } from './consumer-callback.js';
export { ConsumerMetadataAccessor } from './consumer-metadata.accessor.js';
export type { ConsumerOptions } from './consumer-options.interface.js';
export type { ConsumedStatistics } from './consumer-statistics.js';
export { Consumer } from './consumer.decorator.js';
export { ConsumerExplorer, type DiscoveredConsumer } from './consumer.explorer.js';
export { Consumers } from './consumers.js';
export { RunningConsumer } from './running-consumer.js';
