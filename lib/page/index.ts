export type { ActedBus } from './actions/acted-bus.interface.js';
export { actionRoutes } from './actions/action-routes.js';
export { PageActions } from './actions/page-actions.js';
export type { FeedSources } from './feed/bus-feed.js';
export { PageFeed } from './feed/page-feed.js';
export { PageHandler } from './http/page-handler.js';
export { assertPageOptions, monitoredPageOptions } from './page-options.js';
export { PageReference } from './reference/page-reference.js';
export { referenceRoute } from './reference/reference-route.js';
