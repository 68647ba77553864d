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

  /** The pauses before what was lost is tried again, as the settings say. */
  static ofReconnecting({
    delay = DEFAULT_RECONNECT_DELAY,
    maxDelay = DEFAULT_MAX_RECONNECT_DELAY,
  }: ReconnectOptions): BackOff {
    return new BackOff(delay, maxDelay);
  }

  /** The next delay, in milliseconds: between half and the whole of what the number of failures asks for. */
  next(): number {
    const whole = Math.min(this.longest, this.first * 2 ** this.failures++);
    return whole / 2 + (Math.random() * whole) / 2;
  }

  /**
   * After a success that lasted for so many milliseconds. The longer it lasted, the fewer failures still count, and
   * at `longest` none does: what dies right after each success is not begun again at full speed.
   */
  lasted(milliseconds: number): void {
    const most = Math.floor(Math.log2(this.longest / Math.max(1, milliseconds)));
    this.failures = Math.min(this.failures, Math.max(0, most));
  }

  /** After a success. */
  reset(): void {
    this.failures = 0;
  }
}
