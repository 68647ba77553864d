import type { RunningConsumer } from '../../consuming/index.js';

/** The consumer that a handler sees in its context while messages come without a broker. */
export class ReplayedConsumer implements RunningConsumer {
  readonly queue = 'reconsume';
  readonly error = undefined;
  readonly result: Promise<void>;
  isCancelled = false;
  private resuming: Promise<void> | undefined;
  private end!: () => void;
  private endPause: () => void = () => undefined;

  constructor(readonly name: string) {
    this.result = new Promise((resolve) => (this.end = resolve));
  }

  get isConsuming(): boolean {
    return !this.isCancelled && !this.isPaused;
  }

  get isPaused(): boolean {
    return this.resuming !== undefined;
  }

  /** Resolves when the consumer is not paused. */
  async whenReady(): Promise<void> {
    await this.resuming;
  }

  async cancel(): Promise<void> {
    this.isCancelled = true;
    await this.resume();
    this.end();
  }

  async pause(): Promise<void> {
    this.resuming ??= new Promise((resolve) => (this.endPause = resolve));
  }

  async resume(): Promise<void> {
    this.endPause();
    this.resuming = undefined;
  }
}
