/** No broker is set up with a lower limit for bodies than this, in bytes. */
const MIN_LIMIT_BYTES = 4096;

/**
 * Learns how large a body may be. RabbitMQ tells its limit only when it refuses a body and closes the channel, so the
 * limit is learned from the first refusal.
 */
export class SizeLimit {
  /** The largest body that the broker has taken, in bytes. */
  private taken = MIN_LIMIT_BYTES;
  private limit = Infinity;

  /** Whether the broker may refuse a body of `size` bytes: it has taken none as large. */
  isOpen(size: number): boolean {
    return size > this.taken;
  }

  /** The broker has taken a body of `size` bytes. */
  noteTaken(size: number): void {
    this.taken = Math.max(this.taken, size);
  }

  /**
   * Takes the limit from the broker's reason for closing a channel.
   *
   * @returns whether the size of a body is the reason
   */
  learnFrom(reason: string): boolean {
    const limit = /message size \d+ is larger than (?:\w+ )*(\d+)/.exec(reason)?.[1];
    if (limit === undefined) return false;
    this.limit = Number(limit);
    this.taken = Math.min(this.taken, this.limit);
    return true;
  }

  /** Why the broker refuses a body of `size` bytes, in its own words; undefined when it may take the body. */
  reasonAgainst(size: number): string | undefined {
    if (size <= this.limit) return undefined;
    return `PRECONDITION_FAILED - message size ${size} is larger than configured max size ${this.limit}`;
  }

  /** Forgets the limit: the next broker may have another. */
  forget(): void {
    this.taken = MIN_LIMIT_BYTES;
    this.limit = Infinity;
  }
}
