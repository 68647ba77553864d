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
  /** Hands it to the handler again after so many milliseconds; until then it is not settled, and others go on. */
  retryIn(delay: number): void;
}

/** What becomes of one failed message. */
export interface Decision {
  /** In a log line after the error: what happens now. */
  readonly description: string;
  /** Makes it so; returns what the consumer has to stop with, if it has to. */
  apply(): Error | undefined | Promise<Error | undefined>;
}

/** What becomes of messages whose handler failed with an error other than Nack, Drop or HaltConsumer. */
export interface ErrorPolicy {
  /** The queues that it needs next to the one that is consumed. */
  readonly auxiliaryQueues: readonly AuxiliaryQueue[];
  /** How often a message has failed before; what the policy has written into the message then is taken off. */
  earlierFailures(delivery: ConsumeMessage): number;
  decide(failed: FailedDelivery): Decision;
  /**
   * Where it publishes: checks that it may.
   *
   * @throws PermissionException
   */
  assertPermitted?(): Promise<void>;
}

/** As the reference: the consumer stops, and everything unacknowledged goes back with its channel. */
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
