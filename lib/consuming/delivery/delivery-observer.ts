/** The outcome of a message after its handler. */
export type DeliveryOutcome = 'processed' | 'dropped' | 'rejected' | 'failed';

/** Receives the outcomes of one consumer's deliveries. */
export interface DeliveryObserver {
  /** A delivery was rejected because it is not a valid message. */
  invalid(): void;
  /** A valid message is handed to its handler. */
  received(): void;
  /** The handler is done with a message. */
  handled(outcome: DeliveryOutcome, milliseconds: number): void;
}

/**
 * Makes the observer of a consumer.
 *
 * @param queue the configured name: `''` when the broker names the queue
 * @param consumer the name of the consumer
 */
export type ObserverOf = (queue: string, consumer: string) => DeliveryObserver;
