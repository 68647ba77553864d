import type { ConsumeMessage, Publication } from '../../broker/index.js';
import type { AuxiliaryQueue } from '../consumer-plan.js';
import type { CopySender } from './copy-sender.js';
import type { Decision, ErrorPolicy, FailedDelivery } from './error-policy.js';
import { copyFor } from './failed-copy.js';
import type { Exhaustion } from './exhaustion.js';
import { keptQueue } from './kept-queue.js';
import { retryHeaders, takeRetryHeaders } from './retry-headers.js';
import type { RetryQueues } from './retry-queues.js';
import type { RetrySchedule } from './retry-schedule.js';

/**
 * Retries through the broker: a copy of the failed message waits in a retry queue, which returns it to the consumed
 * queue.
 */
export class RetryInBroker implements ErrorPolicy {
  constructor(
    private readonly names: RetryQueues,
    private readonly schedule: RetrySchedule,
    private readonly sender: CopySender,
    private readonly exhaustion: Exhaustion,
  ) {}

  /** The retry queues, one for each delay, and the parking queue if there is one. */
  get auxiliaryQueues(): AuxiliaryQueue[] {
    const waiting = [...new Set(this.schedule.delays)].map((milliseconds) => ({
      name: this.names.waiting(milliseconds),
      holds: 'retries' as const,
      variants: keptQueue(
        {
          'x-message-ttl': milliseconds,
          'x-dead-letter-exchange': '',
          'x-dead-letter-routing-key': this.names.queue,
        },
        // The queue drops an expired message only after the next queue has it.
        { 'x-dead-letter-strategy': 'at-least-once', 'x-overflow': 'reject-publish' },
      ),
    }));
    return [...waiting, ...this.exhaustion.auxiliaryQueues];
  }

  earlierFailures(delivery: ConsumeMessage): number {
    return takeRetryHeaders(delivery, this.names);
  }

  assertPermitted(): Promise<void> {
    return this.sender.assertPermitted();
  }

  decide(failed: FailedDelivery): Decision {
    const { failures } = failed;
    if (this.schedule.isExhausted(failures)) return this.exhaustion.decide(failed);
    return this.retry(failed, this.schedule.delayAfter(failures));
  }

  /** The message waits for the configured delay that is nearest to `delay`. */
  decideAfter(delay: number, failed: FailedDelivery): Decision {
    if (this.schedule.isExhausted(failed.failures)) return this.exhaustion.decide(failed);
    return this.retry(failed, this.schedule.nearest(delay));
  }

  private retry(failed: FailedDelivery, delay: number): Decision {
    return {
      description: `attempt ${failed.failures + 1} of ${this.schedule.attempts} comes in ${delay} ms`,
      apply: () => this.sender.send(failed, this.copiesOf(failed, delay)),
    };
  }

  private *copiesOf(failed: FailedDelivery, delay: number): Generator<Publication> {
    const { delivery, failures } = failed;
    yield copyFor(this.names.waiting(delay), delivery, retryHeaders(delivery, failures, this.names));
    yield this.exhaustion.plainCopy(failed);
  }
}
