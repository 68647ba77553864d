/** No broker is set up to refuse bodies of so few bytes. */
const HARMLESS_SIZE = 4096;

/**
 * Which bodies the broker takes. RabbitMQ tells its limit only when it refuses a body, and closes the channel then:
 * the limit is learned from the first refusal.
 */
export class SizeLimit {
  /** The largest body that the broker has taken, in bytes. */
  private taken = HARMLESS_SIZE;
  private limit = Infinity;

  /** Whether the broker may refuse a body of so many bytes: it has taken none as large. */
  isOpen(size: number): boolean {
    return size > this.taken;
  }

  /** The broker has taken a body of so many bytes. */
  noteTaken(size: number): void {
    this.taken = Math.max(this.taken, size);
  }

  /**
   * Takes the limit from the broker's reason for closing a channel.
   *
   * @returns whether that is the reason
   */
  learnFrom(reason: string): boolean {
    const limit = /message size \d+ is larger than (?:\w+ )*(\d+)/.exec(reason)?.[1];
    if (limit === undefined) return false;
    this.limit = Number(limit);
    this.taken = Math.min(this.taken, this.limit);
    return true;
  }

  /** Why the broker takes no body of so many bytes, in its own words; undefined when it may. */
  reasonAgainst(size: number): string | undefined {
    if (size <= this.limit) return undefined;
    return `PRECONDITION_FAILED - message size ${size} is larger than configured max size ${this.limit}`;
  }

  /** The next broker may have another limit. */
  forget(): void {
    this.taken = HARMLESS_SIZE;
    this.limit = Infinity;
  }
}
