import { ConsumeException } from './consume.exception.js';
import { knownToOtherCopies } from './known-to-other-copies.js';

/** How a {@link HaltConsumer} stops its consumer. @publicApi */
export interface HaltConsumerOptions extends ErrorOptions {
  /** The exit code of the `fedora-messaging` command. Default: 0. */
  exitCode?: number;
  /** The reason for halting, presented to the user. */
  reason?: string;
  /** Put the message in hand back into the queue instead of acknowledging it. Default: false. */
  requeue?: boolean;
}

/**
 * Thrown by a handler: stop this consumer. The message in hand is acknowledged, or requeued when
 * `requeue` says so; the consumer's `result` then rejects with this exception.
 *
 * @publicApi
 */
export class HaltConsumer extends ConsumeException {
  readonly exitCode: number;
  readonly reason: string | undefined;
  readonly requeue: boolean;

  constructor(options: HaltConsumerOptions = {}) {
    const { exitCode = 0, reason, requeue = false, ...errorOptions } = options;
    super(reason ?? `The handler halted its consumer (exit code ${exitCode})`, errorOptions);
    this.exitCode = exitCode;
    this.reason = reason;
    this.requeue = requeue;
  }

  static {
    knownToOtherCopies(this, 'HaltConsumer');
  }
}
