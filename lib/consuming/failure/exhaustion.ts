import type { Publication } from '../../broker/index.js';
import { ConfigurationException, shownValue } from '../../exceptions/index.js';
import type { RetryOptions } from '../../config/index.js';
import type { AuxiliaryQueue } from '../consumer-plan.js';
import type { CopySender } from './copy-sender.js';
import { keptQueue } from './kept-queue.js';
import type { Decision, FailedDelivery } from './error-policy.js';
import { copyFor, plainCopyFor } from './failed-copy.js';
import { fewHeaders, parkingHeaders } from './retry-headers.js';
import type { RetryQueues } from './retry-queues.js';
import type { RetrySchedule } from './retry-schedule.js';

/** Decides about messages that have no attempt left. */
export class Exhaustion {
  private readonly action: NonNullable<RetryOptions['exhausted']>;

  /** @throws ConfigurationException */
  constructor(
    private readonly names: RetryQueues,
    private readonly schedule: RetrySchedule,
    private readonly sender: CopySender,
    action: RetryOptions['exhausted'],
  ) {
    if (action !== 'park' && action !== 'drop' && action !== 'stop')
      throw new ConfigurationException(
        `The consumer of queue '${names.queue}': 'retry.exhausted' must be park, drop or stop, but is ${shownValue(action)}`,
      );
    this.action = action;
  }

  /** The parking queue, if messages are parked. */
  get auxiliaryQueues(): AuxiliaryQueue[] {
    if (this.action !== 'park') return [];
    return [{ name: this.names.parking, holds: 'parked', variants: keptQueue({}) }];
  }

  /**
   * If messages are parked: checks that the user may do so.
   *
   * @throws PermissionException when the user may not publish to the parking queue
   */
  async assertPermitted(): Promise<void> {
    if (this.action === 'park') await this.sender.assertPermitted();
  }

  decide(failed: FailedDelivery): Decision {
    const { acknowledgements, delivery, error } = failed;
    const none = `the last of ${this.schedule.attempts} attempts failed`;
    switch (this.action) {
      case 'park':
        return {
          description: `${none}, so the message is parked in queue '${this.names.parking}'`,
          apply: () => this.sender.send(failed, this.copiesOf(failed)),
        };
      case 'stop':
        return {
          description: `${none}, so the consumer stops, and its messages go back into the queue`,
          apply: () => error,
        };
      case 'drop':
        return {
          description: `${none}, so the message is dropped`,
          apply() {
            acknowledgements.reject(delivery);
            return undefined;
          },
        };
    }
  }

  /** A copy for the parking queue with few headers: it can be written whatever the message contains. */
  plainCopy(failed: FailedDelivery): Publication {
    return plainCopyFor(this.names.parking, failed.delivery, fewHeaders(failed));
  }

  private *copiesOf(failed: FailedDelivery): Generator<Publication> {
    yield copyFor(this.names.parking, failed.delivery, parkingHeaders(failed));
    yield this.plainCopy(failed);
  }
}
