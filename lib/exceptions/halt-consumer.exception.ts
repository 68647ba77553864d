import { ConsumeException } from './consume.exception.js';
import { knownToOtherCopies } from './known-to-other-copies.js';

/** How a {@link HaltConsumer} stops its consumer. @publicApi */
export interface HaltConsumerOptions extends ErrorOptions {
  /** The exit code of the `fedora-messaging` command. Default: 0. */
  exitCode?: number;
  /** The reason for halting, which is shown to the user. Default: none. */
  reason?: string;
  /** Whether to put the current message back into the queue, instead of acknowledging it. Default: false. */
  requeue?: boolean;
}

/**
 * A handler throws HaltConsumer to stop its consumer. The consumer acknowledges the current message, or requeues it
 * when `requeue` is true. The consumer's `result` then rejects with this exception.
 *
 * @publicApi
 */
export class HaltConsumer extends ConsumeException {
  /** The exit code of the `fedora-messaging` command; 0 unless given. */
  readonly exitCode: number;
  /** The reason for halting; undefined unless given. */
  readonly reason: string | undefined;
  /** Whether the current message goes back into the queue; false unless given. */
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
