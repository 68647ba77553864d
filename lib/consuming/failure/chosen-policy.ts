import type { ConsumeMessage } from '../../broker/index.js';
import { describeError, shownValue } from '../../exceptions/index.js';
import type { ErrorAction, ErrorHandling } from '../../config/index.js';
import { LONGEST_TIMEOUT } from '../../time-limits/index.js';
import type { AuxiliaryQueue } from '../consumer-plan.js';
import {
  type Decision,
  dropOnError,
  type ErrorPolicy,
  type FailedDelivery,
  requeueOnError,
  stopOnError,
} from './error-policy.js';

/** A policy that can retry a message, also after a delay that the caller chooses. */
export interface RetryPolicy extends ErrorPolicy {
  decideAfter(delay: number, failed: FailedDelivery): Decision;
}

/** Lets a function of the application decide about each failed message. */
export class ChosenPolicy implements ErrorPolicy {
  constructor(
    private readonly choose: ErrorHandling,
    private readonly retry: RetryPolicy,
  ) {}

  get auxiliaryQueues(): readonly AuxiliaryQueue[] {
    return this.retry.auxiliaryQueues;
  }

  earlierFailures(delivery: ConsumeMessage): number {
    return this.retry.earlierFailures(delivery);
  }

  async assertPermitted(): Promise<void> {
    await this.retry.assertPermitted?.();
  }

  decide(failed: FailedDelivery): Decision {
    let action: ErrorAction;
    try {
      action = this.choose(failed.error, failed.failures);
    } catch (thrown) {
      return stopWith(failed, `'onError' itself failed with ${describeError(thrown)}`);
    }
    switch (action) {
      case 'stop':
        return stopOnError.decide(failed);
      case 'requeue':
        return requeueOnError.decide(failed);
      case 'drop':
        return dropOnError.decide(failed);
      case 'retry':
        return this.retry.decide(failed);
    }
    const delay: unknown = (action as { delay?: unknown } | null | undefined)?.delay;
    if (Number.isInteger(delay) && (delay as number) >= 0 && (delay as number) <= LONGEST_TIMEOUT)
      return this.retry.decideAfter(delay as number, failed);
    return stopWith(
      failed,
      `'onError' must return stop, requeue, drop, retry or { delay } with a whole number of milliseconds up to ${LONGEST_TIMEOUT}, but returned ${shownValue(action)}`,
    );
  }
}

function stopWith(failed: FailedDelivery, reason: string): Decision {
  const { apply, description } = stopOnError.decide(failed);
  return { apply, description: `${reason}; ${description}` };
}
