/** Where the messages of a queue are parked, unless its consumer names another queue. */
export function parkingQueueOf(queue: string): string {
  return `${queue}.parked`;
}

/** The queues that the failed messages of one queue go through, by their names. */
export class RetryQueues {
  private readonly prefix: string;

  constructor(
    /** The queue that is consumed. */
    readonly queue: string,
    /** Where a message ends when no attempt helped. */
    readonly parking: string,
  ) {
    this.prefix = `${queue}.retry.`;
  }

  /** The queue where a message waits for so many milliseconds. */
  waiting(delay: number): string {
    return `${this.prefix}${delay}`;
  }

  /** Whether a queue is one of them; also one of another delay, which the consumer had before. */
  has(name: string): boolean {
    if (name === this.parking) return true;
    return name.startsWith(this.prefix) && /^\d+$/.test(name.slice(this.prefix.length));
  }
}
