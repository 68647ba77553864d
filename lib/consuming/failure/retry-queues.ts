/** The default name of the parking queue for a queue. */
export function parkingQueueOf(queue: string): string {
  return `${queue}.parked`;
}

/** Names the queues for the failed messages of one queue. */
export class RetryQueues {
  private readonly prefix: string;

  constructor(
    /** The queue that is consumed. */
    readonly queue: string,
    /** The parking queue, where a message ends after its last attempt. */
    readonly parking: string,
  ) {
    this.prefix = `${queue}.retry.`;
  }

  /** The queue where a message waits for `delay` milliseconds. */
  waiting(delay: number): string {
    return `${this.prefix}${delay}`;
  }

  /**
   * Whether a name is the parking queue or a retry queue of any delay, because an earlier configuration may have had
   * others.
   */
  has(name: string): boolean {
    if (name === this.parking) return true;
    return name.startsWith(this.prefix) && /^\d+$/.test(name.slice(this.prefix.length));
  }
}
