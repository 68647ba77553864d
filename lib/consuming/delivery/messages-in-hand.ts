import { DelayedDeliveries } from './delayed-deliveries.js';
import type { DeliveryHandler } from './delivery-handler.js';
import { DeliveryQueue } from './delivery-queue.js';
import type { PendingDelivery } from './pending-delivery.js';

/**
 * Holds a consumer's messages: messages in hand, messages that wait for their turn, and messages that wait for a
 * retry.
 */
export class MessagesInHand {
  private readonly deliveries: DeliveryQueue;
  private readonly delayed = new DelayedDeliveries((pending) => this.deliveries.add(pending));
  /** Unsettled deliveries that made the consumer stop. */
  private readonly unsettled: PendingDelivery[] = [];
  private hasGivenUp = false;
  private wake: (() => void) | undefined;

  /**
   * @param concurrency how many messages are in hand at the same time
   * @param mayGoOn whether the next message may be started
   * @param onVerdict told the error that stops the consumer
   */
  constructor(
    handler: Pick<DeliveryHandler, 'handle'>,
    concurrency: number,
    mayGoOn: () => boolean,
    onVerdict: (reason: Error) => void,
  ) {
    this.deliveries = new DeliveryQueue(
      (pending) => handler.handle(pending),
      concurrency,
      mayGoOn,
      (reason, pending) => {
        this.unsettled.push(pending);
        onVerdict(reason);
      },
    );
  }

  add(pending: PendingDelivery): void {
    this.deliveries.add(pending);
  }

  /** Adds a delivery again after `delay` milliseconds. */
  retryLater(pending: PendingDelivery, delay: number): void {
    pending.acknowledgements.wait(pending.delivery);
    this.delayed.add(pending, delay);
  }

  /** How many messages wait for a retry. */
  get retriesWaiting(): number {
    return this.delayed.count;
  }

  /** Forgets the messages that wait: the broker delivers them again. */
  forgetWaiting(): void {
    this.takeWaiting();
  }

  /** Whether stopping waits for messages in hand. */
  get areAwaited(): boolean {
    return !this.hasGivenUp && !this.deliveries.isIdle;
  }

  /** Resolves when no message is in hand, or at {@link lookAgain}. */
  async whenChanged(): Promise<void> {
    await Promise.race([
      this.deliveries.whenIdle(),
      new Promise<void>((resolve) => {
        this.wake = resolve;
      }),
    ]);
  }

  /** Ends the current {@link whenChanged}, so that its caller checks again what is wanted. */
  lookAgain(): void {
    this.wake?.();
  }

  /**
   * Gives back the messages that stopped the consumer, and the messages that wait, without waiting for messages in
   * hand.
   */
  giveBack(): void {
    for (const pending of [...this.unsettled.splice(0), ...this.takeWaiting()]) pending.giveBack();
  }

  private takeWaiting(): PendingDelivery[] {
    return [...this.deliveries.clear(), ...this.delayed.clear()];
  }

  /** Stops waiting for the messages in hand. */
  giveUp(): void {
    this.hasGivenUp = true;
    this.lookAgain();
  }

  /** Whether a message was in hand since the previous call. */
  takeActivity(): boolean {
    return this.deliveries.takeActivity();
  }
}
