/** Counts of received messages and of their outcomes. @publicApi */
export interface ConsumedStatistics {
  /** Valid messages that were given to a handler. */
  received: number;
  /** Acknowledged. */
  processed: number;
  /** Rejected without requeueing, by Drop. */
  dropped: number;
  /** Requeued, by Nack or by a HaltConsumer that says so. */
  rejected: number;
  /** Requeued, because the handler failed. */
  failed: number;
}

/** All counts at zero. */
export function noneConsumed(): ConsumedStatistics {
  return { received: 0, processed: 0, dropped: 0, rejected: 0, failed: 0 };
}
