export { assertPublishOptions, type PublishOptions } from './publish-options.js';
export { divert, type FailedPublish, Publisher, type PublishObserver } from './publisher.js';
export { OnPrePublish, OnPublished, OnPublishFailed, type SignalDecorator } from './signal.decorators.js';
export { SignalExplorer } from './signal.explorer.js';
export { Signal, type SignalHandler } from './signal.js';
