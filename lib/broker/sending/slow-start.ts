/** How long an answer may take, in milliseconds, before more is sent without one. */
const PATIENCE_MS = 1_000;

/**
 * Lets one publication through on a new channel, and all when the broker has answered the first. A broker that is short
 * of memory tells a new connection so at its first message, and takes no more. Where neither comes, because a queue has lost
 * its majority, four times as many may be sent each second.
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

  /** The channel is gone; what is sent next goes over a new one. */
  restart(): void {
    this.sent = 0;
    this.limit = 1;
    this.stop();
  }

  /** Nothing is called any more. */
  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
