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

  /**
   * Whether {@link take} would let something through.
   *
   * @param now the time of `performance.now()`
   */
  hasAny(now: number): boolean {
    const filled = this.tokens + ((now - this.filledAt) / 1000) * this.perSecond;
    this.filledAt = now;
    this.tokens = filled > this.capacity ? this.capacity : filled;
    return this.tokens >= 1;
  }

  /** @param now the time of `performance.now()` */
  take(now: number): boolean {
    if (!this.hasAny(now)) return false;
    this.tokens--;
    return true;
  }
}
