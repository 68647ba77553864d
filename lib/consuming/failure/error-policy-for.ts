import type { Outbox } from '../../broker/index.js';
import { ConfigurationException, shownValue } from '../../exceptions/index.js';
import { isName, MAX_NAME } from '../../field-tables/index.js';
import type { RetryOptions } from '../../config/index.js';
import type { LibraryLogger } from '../../logging/index.js';
import type { ConsumerOptions } from '../consumer-options.interface.js';
import type { ConsumerPlan } from '../consumer-plan.js';
import { isStream } from '../delivery/stream-position.js';
import { ChosenPolicy, type RetryPolicy } from './chosen-policy.js';
import { CopySender } from './copy-sender.js';
import { dropOnError, type ErrorPolicy, requeueOnError, stopOnError } from './error-policy.js';
import { Exhaustion } from './exhaustion.js';
import { RetryInBroker } from './retry-in-broker.js';
import { RetryInProcess } from './retry-in-process.js';
import { parkingQueueOf, RetryQueues } from './retry-queues.js';
import { RetrySchedule } from './retry-schedule.js';

/** The parts that an error policy needs besides the consumer's options. */
export interface PolicySurroundings {
  /** Publishes the copies of failed messages. */
  readonly outbox: Outbox;
  /** Whether queues are only checked, because the broker's administrators create them. */
  readonly passiveDeclares: boolean;
  readonly logger: LibraryLogger;
}

/**
 * Makes the error policy for a consumer's options.
 *
 * @throws ConfigurationException
 */
export function errorPolicyFor(
  plan: ConsumerPlan,
  { onError = 'stop', retry = {} }: ConsumerOptions,
  name: string,
  surroundings: PolicySurroundings,
): ErrorPolicy {
  if (typeof onError === 'function')
    return new ChosenPolicy(onError, retryPolicyFor(plan, retry, name, surroundings));
  switch (onError) {
    case 'stop':
      return stopOnError;
    case 'requeue':
      return requeueOnError;
    case 'drop':
      return dropOnError;
    case 'retry':
      return retryPolicyFor(plan, retry, name, surroundings);
    default:
      throw new ConfigurationException(
        `The consumer ${name}: 'onError' must be stop, requeue, drop, retry or a function, but is ${shownValue(onError)}`,
      );
  }
}

function retryPolicyFor(
  plan: ConsumerPlan,
  options: RetryOptions,
  name: string,
  { outbox, passiveDeclares, logger }: PolicySurroundings,
): RetryPolicy {
  const isWithoutName = plan.queue === '';
  const readsStream = isStream(plan.options.arguments, plan.consumeArguments);
  const { in: place = passiveDeclares || isWithoutName || readsStream ? 'process' : 'broker' } = options;
  if (place !== 'broker' && place !== 'process')
    throw new ConfigurationException(
      `The consumer ${name}: 'retry.in' must be broker or process, but is ${shownValue(place)}`,
    );
  const isParking = place === 'broker' || options.parkingQueue !== undefined;
  const { exhausted = isParking ? 'park' : 'drop', parkingQueue = parkingQueueOf(plan.queue) } = options;
  if (isWithoutName && place === 'broker')
    throw new ConfigurationException(
      `The consumer ${name}: retry.in 'broker' needs a queue with a name, because a queue that the broker names gets another name after a reconnection. Name the queue, or use retry: { in: 'process' }`,
    );
  if (readsStream && place === 'broker')
    throw new ConfigurationException(
      `The consumer ${name}: retry.in 'broker' would append the failed message to the stream '${plan.queue}' again, for all its consumers; use 'process'`,
    );
  const schedule = new RetrySchedule(options, plan.queue);
  const names = new RetryQueues(plan.queue, parkingQueue);
  const sender = new CopySender(plan.queue, outbox, logger);
  const exhaustion = new Exhaustion(names, schedule, sender, exhausted);
  const policy =
    place === 'broker'
      ? new RetryInBroker(names, schedule, sender, exhaustion)
      : new RetryInProcess(names, schedule, exhaustion, logger);
  for (const queue of policy.auxiliaryQueues) assertQueueName(queue.name, plan.queue);
  return policy;
}

function assertQueueName(name: unknown, queue: string): void {
  if (typeof name === 'string' && isName(name)) return;
  throw new ConfigurationException(
    `The consumer of queue '${queue}': the name of a queue for its retries must be a string of at most ${MAX_NAME} bytes, but is ${shownValue(name)}`,
  );
}
