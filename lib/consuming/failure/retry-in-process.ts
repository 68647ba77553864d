import type { ConsumeMessage } from '../../broker/index.js';
import type { LibraryLogger } from '../../logging/index.js';
import type { AuxiliaryQueue } from '../consumer-plan.js';
import type { Decision, ErrorPolicy, FailedDelivery } from './error-policy.js';
import type { Exhaustion } from './exhaustion.js';
import { takeRetryHeaders } from './retry-headers.js';
import type { RetryQueues } from './retry-queues.js';
import type { RetrySchedule } from './retry-schedule.js';

/** RabbitMQ's default `consumer_timeout`. */
const ACKNOWLEDGEMENT_TIMEOUT_MS = 30 * 60_000;

/** Retries in this process: a failed message stays unacknowledged with its consumer until its next attempt. */
export class RetryInProcess implements ErrorPolicy {
  private hasWarned = false;
  /** How long a delivery waits in all, its next wait included, in milliseconds. */
  private readonly waits = new WeakMap<ConsumeMessage, number>();

  constructor(
    private readonly names: RetryQueues,
    private readonly schedule: RetrySchedule,
    private readonly exhaustion: Exhaustion,
    private readonly logger: LibraryLogger,
  ) {
    this.warnOfTimeout(schedule.delays.reduce((sum, delay) => sum + delay, 0));
  }

  get auxiliaryQueues(): AuxiliaryQueue[] {
    return this.exhaustion.auxiliaryQueues;
  }

  /** A message that was put back from the parking queue, or waited in the broker before, starts anew. */
  earlierFailures(delivery: ConsumeMessage): number {
    takeRetryHeaders(delivery, this.names);
    return 0;
  }

  assertPermitted(): Promise<void> {
    return this.exhaustion.assertPermitted();
  }

  decide(failed: FailedDelivery): Decision {
    if (this.schedule.isExhausted(failed.failures)) return this.exhaustion.decide(failed);
    return this.retry(failed, this.schedule.delayAfter(failed.failures));
  }

  decideAfter(delay: number, failed: FailedDelivery): Decision {
    if (this.schedule.isExhausted(failed.failures)) return this.exhaustion.decide(failed);
    return this.retry(failed, delay);
  }

  private retry(failed: FailedDelivery, delay: number): Decision {
    const wait = (this.waits.get(failed.delivery) ?? 0) + delay;
    this.waits.set(failed.delivery, wait);
    this.warnOfTimeout(wait);
    return {
      description: `attempt ${failed.failures + 1} of ${this.schedule.attempts} comes in ${delay} ms`,
      apply() {
        failed.retryIn(delay);
        return undefined;
      },
    };
  }

  /** Warns once when a message may stay unacknowledged for longer than RabbitMQ allows. */
  private warnOfTimeout(wait: number): void {
    if (this.hasWarned || wait < ACKNOWLEDGEMENT_TIMEOUT_MS) return;
    this.hasWarned = true;
    this.logger.warn(
      `The consumer of queue '${this.names.queue}' may keep a message unacknowledged for ${wait} ms (retry.in 'process'). RabbitMQ takes a message back after its consumer_timeout, by default 30 minutes, and the attempts start again. Shorten the delays, use retry: { in: 'broker' }, or raise consumer_timeout`,
    );
  }
}
