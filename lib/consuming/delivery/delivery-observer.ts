import type { ConsumeMessage } from '../../broker/index.js';
import type { ConsumerPlan } from '../consumer-plan.js';
import type { FedoraMessagingContext } from '../fedora-messaging-context.js';
import type { RunningConsumer } from '../running-consumer.interface.js';

/** The outcome of a message after its handler. */
export type DeliveryOutcome = 'processed' | 'dropped' | 'rejected' | 'failed';

/** A call of the handler for a delivery. Both methods that observe a call get the same object. */
export interface ObservedCall {
  readonly delivery: ConsumeMessage;
  /** Undefined when the message could not be made, because its class or schema is at fault. */
  readonly context: FedoraMessagingContext | undefined;
  /** The time of `performance.now()`, in milliseconds; 0 without observers. */
  readonly startedAt: number;
}

/** Receives the outcomes of one consumer's deliveries. Its methods must not throw. */
export interface DeliveryObserver {
  /** A delivery was rejected because it is not a valid message. */
  invalid(delivery: ConsumeMessage, error: Error): void;
  /** A valid message is handed to its handler. */
  received(call: ObservedCall): void;
  /**
   * The handler is done with a message.
   *
   * @param error what the handler threw, if anything
   */
  handled(call: ObservedCall, outcome: DeliveryOutcome, milliseconds: number, error: Error | undefined): void;
}

/** A consumer, for its observers. */
export interface ObservedConsumer extends RunningConsumer {
  readonly plan: ConsumerPlan;
  readonly inHand: {
    /** How many messages wait in this process for a retry. */
    readonly retriesWaiting: number;
  };
  /**
   * Asks the broker how many messages wait there for a retry. A consumer without a subscription counts none.
   *
   * @throws when the connection is lost meanwhile, or a retry queue is missing
   */
  countRetriesInBroker(): Promise<number>;
}

/** Makes the observer of a consumer. */
export type ObserverOf = (consumer: ObservedConsumer) => DeliveryObserver;
