export { PageFeed } from './feed/page-feed.js';
export { jsonAnswer, type PageAnswer, refusal } from './http/page-answer.js';
export { PageHandler } from './http/page-handler.js';
export type { PageRequest, PageRoute } from './http/page-route.interface.js';
export { assertPageOptions, monitoredPageOptions } from './page-options.js';
export type { ActionAnswer, MessageRecord, Reference } from './protocol.js';
