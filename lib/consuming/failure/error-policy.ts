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
}

/** What becomes of a message whose handler failed with an error that is not an outcome. */
export interface ErrorPolicy {
  /** The queues that it needs next to the one that is consumed. */
  readonly auxiliaryQueues: readonly AuxiliaryQueue[];
  /** How often a message has failed before; what the policy has written into the message then is taken off. */
  earlierFailures(delivery: ConsumeMessage): number;
  /** In a log line after the error: what happens now. */
  describe(failed: FailedDelivery): string;
  /** Settles the delivery; returns what the consumer has to stop with, if it has to. */
  apply(failed: FailedDelivery): Error | undefined | Promise<Error | undefined>;
}

/** As the reference: the consumer stops, and everything unacknowledged goes back with its channel. */
export const stopOnError: ErrorPolicy = {
  auxiliaryQueues: [],
  earlierFailures: () => 0,
  describe: () => 'the consumer stops, and its messages go back into the queue',
  apply: ({ error }) => error,
};

/** The message goes back into the queue, and the consumer goes on. */
export const requeueOnError: ErrorPolicy = {
  auxiliaryQueues: [],
  earlierFailures: () => 0,
  describe: () => 'the message goes back into the queue',
  apply: ({ acknowledgements, delivery }) => {
    acknowledgements.requeue(delivery);
    return undefined;
  },
};

/** The message is discarded, or dead-lettered, and the consumer goes on. */
export const dropOnError: ErrorPolicy = {
  auxiliaryQueues: [],
  earlierFailures: () => 0,
  describe: () => 'the message is dropped',
  apply: ({ acknowledgements, delivery }) => {
    acknowledgements.reject(delivery);
    return undefined;
  },
};
