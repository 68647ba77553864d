/** Lets through a number of messages at once, and then a number each second. */
export class TokenBucket {
  private tokens: number;
  private filledAt = 0;

  constructor(
    private readonly capacity: number,
    private readonly perSecond: number,
  ) {
    this.tokens = capacity;
  }

  /** @param now the time of `performance.now()` */
  take(now: number): boolean {
    const filled = this.tokens + ((now - this.filledAt) / 1000) * this.perSecond;
    this.filledAt = now;
    this.tokens = filled > this.capacity ? this.capacity : filled;
    if (this.tokens < 1) return false;
    this.tokens--;
    return true;
  }
}
