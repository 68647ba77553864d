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

  /** The next delay, in milliseconds: between half and the whole of what the number of failures asks for. */
  next(): number {
    const whole = Math.min(this.longest, this.first * 2 ** this.failures++);
    return whole / 2 + (Math.random() * whole) / 2;
  }

  /** After a success. */
  reset(): void {
    this.failures = 0;
  }
}
