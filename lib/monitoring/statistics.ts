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
  readonly consumed: Readonly<ConsumedStatistics>;
}
