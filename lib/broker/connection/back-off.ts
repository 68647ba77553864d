import {
  DEFAULT_MAX_RECONNECT_DELAY,
  DEFAULT_RECONNECT_DELAY,
  type ReconnectOptions,
} from '../../config/index.js';

/** Delays that grow with every failure, jittered so that many clients do not come back at once. */
export class BackOff {
  private failures = 0;

  /**
   * @param first the first delay, in milliseconds
   * @param longest no delay is longer, in milliseconds
   */
  constructor(
    private readonly first: number,
    private readonly longest: number,
  ) {}

  /** Delays as the `reconnect` settings say. */
  static ofReconnecting({
    delay = DEFAULT_RECONNECT_DELAY,
    maxDelay = DEFAULT_MAX_RECONNECT_DELAY,
  }: ReconnectOptions): BackOff {
    return new BackOff(delay, maxDelay);
  }

  /**
   * The next delay, in milliseconds: a random value between half and the whole of `first` × 2^failures, at most
   * `longest`.
   */
  next(): number {
    const whole = Math.min(this.longest, this.first * 2 ** this.failures++);
    return whole / 2 + (Math.random() * whole) / 2;
  }

  /**
   * Call this when a success is over, with its duration. The longer it lasted, the fewer failures still count, and at
   * `longest` none counts. So a connection that dies right after each success does not come back at full speed.
   */
  lasted(milliseconds: number): void {
    const most = Math.floor(Math.log2(this.longest / Math.max(1, milliseconds)));
    this.failures = Math.min(this.failures, Math.max(0, most));
  }

  /** Call this after a success: earlier failures do not count any more. */
  reset(): void {
    this.failures = 0;
  }
}
