import type { ConsumeMessage } from '../../broker/index.js';
import type { AuxiliaryQueue } from '../consumer-plan.js';
import type { Acknowledgements } from '../delivery/acknowledgements.js';

/** A delivery whose handler failed. */
export interface FailedDelivery {
  readonly delivery: ConsumeMessage;
  readonly acknowledgements: Acknowledgements;
  /** How often it has failed, this time included. */
  readonly failures: number;
  readonly error: Error;
  /**
   * Hands the delivery to the handler again after `delay` milliseconds. Until then the delivery is not settled, and
   * other deliveries are handled.
   */
  retryIn(delay: number): void;
}

/** The fate of one failed message. */
export interface Decision {
  /** The end of the log line about the error: says what happens now. */
  readonly description: string;
  /** Carries the decision out; returns the error that stops the consumer, if any. */
  apply(): Error | undefined | Promise<Error | undefined>;
}

/** Decides about messages whose handler failed with an error other than Nack, Drop or HaltConsumer. */
export interface ErrorPolicy {
  /** The queues that the policy needs besides the consumed queue. */
  readonly auxiliaryQueues: readonly AuxiliaryQueue[];
  /**
   * How often a message has failed before. It also removes the headers that the policy had written into the message.
   */
  earlierFailures(delivery: ConsumeMessage): number;
  decide(failed: FailedDelivery): Decision;
  /**
   * For policies that publish: checks that the user may do so.
   *
   * @throws PermissionException
   */
  assertPermitted?(): Promise<void>;
}

/** The consumer stops, and its unacknowledged messages go back with the channel, as in the reference. */
export const stopOnError: ErrorPolicy = {
  auxiliaryQueues: [],
  earlierFailures: () => 0,
  decide: ({ error }) => ({
    description: 'the consumer stops, and its messages go back into the queue',
    apply: () => error,
  }),
};

/** The message goes back into the queue, and the consumer goes on. */
export const requeueOnError: ErrorPolicy = {
  auxiliaryQueues: [],
  earlierFailures: () => 0,
  decide: ({ acknowledgements, delivery }) => ({
    description: 'the message goes back into the queue',
    apply() {
      acknowledgements.requeue(delivery);
      return undefined;
    },
  }),
};

/** The message is discarded, or dead-lettered, and the consumer goes on. */
export const dropOnError: ErrorPolicy = {
  auxiliaryQueues: [],
  earlierFailures: () => 0,
  decide: ({ acknowledgements, delivery }) => ({
    description: 'the message is dropped',
    apply() {
      acknowledgements.reject(delivery);
      return undefined;
    },
  }),
};
