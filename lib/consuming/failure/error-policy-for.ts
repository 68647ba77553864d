import type { Outbox } from '../../broker/index.js';
import { ConfigurationException, shownValue } from '../../exceptions/index.js';
import type { ConsumerOptions } from '../consumer-options.interface.js';
import type { ConsumerPlan } from '../consumer-plan.js';
import { dropOnError, type ErrorPolicy, requeueOnError, stopOnError } from './error-policy.js';
import { RetryPolicy } from './retry-policy.js';

/**
 * The policy that a consumer's options ask for.
 *
 * @param channel what copies of failed messages are published with
 * @throws ConfigurationException
 */
export function errorPolicyFor(
  plan: ConsumerPlan,
  { onError = 'stop', retry = {} }: ConsumerOptions,
  name: string,
  channel: Outbox,
): ErrorPolicy {
  switch (onError) {
    case 'stop':
      return stopOnError;
    case 'requeue':
      return requeueOnError;
    case 'drop':
      return dropOnError;
    case 'retry':
      if (plan.queue === '') {
        throw new ConfigurationException(
          `The consumer ${name}: onError 'retry' needs a queue with a name; the broker gives its own another one after a reconnection`,
        );
      }
      return new RetryPolicy(plan, channel, retry);
    default:
      throw new ConfigurationException(
        `The consumer ${name}: 'onError' must be stop, requeue, drop or retry, but is ${shownValue(onError)}`,
      );
  }
}
