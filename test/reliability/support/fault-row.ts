/** The effect of a fault on messages: a row of the table at the end of the tests. */
export interface FaultRow {
  readonly fault: string;
  readonly published: number;
  /** Confirmed by the broker; `lost` is counted among them. */
  readonly confirmed: number;
  /** Publishes that ended with an error. */
  readonly failed: number;
  readonly received: number;
  /** Received more than once. */
  readonly duplicates: number;
  /** Confirmed, but not received. */
  readonly lost: number;
  /**
   * The longest time, in seconds, from the end of a fault to the first message that was published and
   * received after it; undefined where the fault has no end.
   */
  readonly recovery: number | undefined;
}

declare module 'vitest' {
  interface TaskMeta {
    faultRow?: FaultRow;
  }
}
