import type { ConsumedStatistics } from '../consuming/index.js';

/** Whether a bus is consuming, and its counts since the application started. @publicApi */
export interface Statistics {
  /**
   * Whether the consumers are consuming: there is at least one, all of them are subscribed, and none has stopped by
   * itself.
   */
  readonly consuming: boolean;
  /** How many messages the broker has confirmed. */
  readonly published: number;
  /** How many messages have been received, by outcome. */
  readonly consumed: Readonly<ConsumedStatistics>;
}
/**
 * A value with the name of the type: a decorated method that returns the type needs it at run time, unless the type
 * is imported by `import type`.
 */
export const Statistics = Object;
