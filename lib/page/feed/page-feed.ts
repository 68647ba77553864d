/** Collects what the live pages of an application show. Its buses share one. */
export class PageFeed {
  readonly startedAt = Date.now();
}
