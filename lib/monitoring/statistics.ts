import type { ConsumedStatistics } from '../consuming/index.js';

/** What an application has done since it started. @publicApi */
export interface Statistics {
  /** Whether at least one consumer is running, and each of them is subscribed. */
  readonly consuming: boolean;
  /** How many messages the broker has confirmed. */
  readonly published: number;
  readonly consumed: Readonly<ConsumedStatistics>;
}
