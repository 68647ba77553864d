import type { ConsumedStatistics } from '../consuming/index.js';

/** What an application has done since it started. @publicApi */
export interface Statistics {
  /**
   * Whether the consumers are consuming: there is one, all of them are subscribed, and none has stopped by
   * itself.
   */
  readonly consuming: boolean;
  /** How many messages the broker has confirmed. */
  readonly published: number;
  /** How many messages have been received, by outcome. */
  readonly consumed: Readonly<ConsumedStatistics>;
}
/** A value of the same name: a decorated method that returns the type needs one at run time, unless it is imported by `import type`. */
export const Statistics = Object;
