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

/** Receives the deliveries of one consumer and their outcomes. Its methods must not throw. */
export interface DeliveryObserver {
  /** A delivery was rejected because it is not a valid message. */
  invalid(delivery: ConsumeMessage, error: Error): void;
  /**
   * The handling of a delivery begins: its message is handed to the handler, or could not be made through no fault of
   * its own.
   */
  received(call: ObservedCall): void;
  /**
   * The handling of a delivery that was `received` is over.
   *
   * @param error what the handler or the making of the message threw, if anything
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
   * Asks the broker how many messages wait there for a retry. A consumer without a subscription, such as a paused
   * consumer, can't ask: it returns undefined.
   *
   * @throws when the connection is lost meanwhile, or a retry queue is missing
   */
  countRetriesInBroker(): Promise<number | undefined>;
}

/** Makes the observer of a consumer. */
export type ObserverOf = (consumer: ObservedConsumer) => DeliveryObserver;
