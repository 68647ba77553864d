/** How long to wait for an answer, in milliseconds, before more is sent without it. */
const PATIENCE_MS = 1_000;

/**
 * Limits a new channel to one publication until the broker has answered. A broker that is short of memory tells a new
 * connection so at its first message, and takes no more. When no answer comes, because a queue has lost its majority,
 * the limit grows fourfold each second.
 */
export class SlowStart {
  private sent = 0;
  private limit = 1;
  private timer: NodeJS.Timeout | undefined;

  /** @param onWider called when more may be sent than before */
  constructor(private readonly onWider: () => void) {}

  /** Whether another publication may be sent. */
  get hasRoom(): boolean {
    return this.sent < this.limit;
  }

  /** A publication has been sent. */
  noteSent(): void {
    if (this.limit === Infinity) return;
    this.sent++;
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.limit *= 4;
      this.onWider();
    }, PATIENCE_MS);
  }

  /** The broker has confirmed or rejected a publication. */
  noteAnswer(): void {
    this.limit = Infinity;
    this.stop();
  }

  /** Begins again with one publication: the channel is gone. */
  restart(): void {
    this.sent = 0;
    this.limit = 1;
    this.stop();
  }

  /** Stops the timer: `onWider` is not called. */
  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
