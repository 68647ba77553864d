import { ConfigurationException, shownValue } from '../../exceptions/index.js';
import type { RetryOptions } from '../../config/index.js';

const DEFAULT_ATTEMPTS = 5;
const DEFAULT_DELAY = 1_000;
const DEFAULT_MAX_DELAY = 60_000;
/** The longest delay of a timer, in milliseconds; the limit applies to `attempts`, too. */
const MAX_DELAY = 2 ** 31 - 1;

/** Says how often a message is tried, and how long it waits before each attempt. */
export class RetrySchedule {
  /** How often the handler is called, the first time included. */
  readonly attempts: number;
  /** Milliseconds before the second attempt, before the third, and so on. */
  readonly delays: readonly number[];

  /** @throws ConfigurationException */
  constructor(options: RetryOptions, queue: string) {
    const { delays } = options;
    const assertWhole = (key: string, value: unknown): void => {
      if (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MAX_DELAY) return;
      throw new ConfigurationException(
        `The consumer of queue '${queue}': 'retry.${key}' must be a whole number of at least 1, but is ${shownValue(value)}`,
      );
    };
    for (const key of ['attempts', 'delay', 'maxDelay'] as const)
      if (options[key] !== undefined) assertWhole(key, options[key]);
    if (delays === undefined) {
      const { attempts = DEFAULT_ATTEMPTS, delay = DEFAULT_DELAY, maxDelay = DEFAULT_MAX_DELAY } = options;
      const longest = Math.max(delay, maxDelay);
      this.attempts = attempts;
      this.delays = Array.from({ length: attempts - 1 }, (_, n) => Math.min(delay * 2 ** n, longest));
      return;
    }
    if (!Array.isArray(delays) || delays.length === 0)
      throw new ConfigurationException(
        `The consumer of queue '${queue}': 'retry.delays' must be a list of milliseconds, but is ${shownValue(delays)}`,
      );
    for (const key of ['delay', 'maxDelay'] as const)
      if (options[key] !== undefined)
        throw new ConfigurationException(
          `The consumer of queue '${queue}': give 'retry.delays' or 'retry.${key}', not both`,
        );
    for (const [n, delay] of delays.entries()) assertWhole(`delays[${n}]`, delay);
    this.attempts = options.attempts ?? delays.length + 1;
    this.delays = Array.from({ length: this.attempts - 1 }, (_, n) => delays[n] ?? delays.at(-1)!);
  }

  /** Whether no attempt is left after this number of failures. */
  isExhausted(failures: number): boolean {
    return failures >= this.attempts;
  }

  /** How long a message waits after this number of failures, in milliseconds. */
  delayAfter(failures: number): number {
    return this.delays[failures - 1]!;
  }

  /** The configured delay that is nearest to `delay`. */
  nearest(delay: number): number {
    return this.delays.reduce((nearest, next) =>
      Math.abs(next - delay) < Math.abs(nearest - delay) ? next : nearest,
    );
  }
}
