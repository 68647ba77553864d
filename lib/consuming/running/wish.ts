/** The state that a consumer should reach: consume, pause, or stop for good. The last call decides; a stop is final. */
export class Wish {
  private consuming = new AbortController();
  private paused = false;
  private stopping = false;

  get isToConsume(): boolean {
    return !this.paused && !this.stopping;
  }

  get isToPause(): boolean {
    return this.paused;
  }

  get isToStop(): boolean {
    return this.stopping;
  }

  /** Aborted when the consumer has to pause or stop. */
  get signal(): AbortSignal {
    return this.consuming.signal;
  }

  pause(): void {
    if (this.stopping) return;
    this.paused = true;
    this.consuming.abort();
  }

  resume(): void {
    if (this.stopping || !this.paused) return;
    this.paused = false;
    this.consuming = new AbortController();
  }

  stop(): void {
    this.stopping = true;
    this.consuming.abort();
  }
}
