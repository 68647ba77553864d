import { DelayedDeliveries } from './delayed-deliveries.js';
import type { DeliveryHandler } from './delivery-handler.js';
import { DeliveryQueue } from './delivery-queue.js';
import type { PendingDelivery } from './pending-delivery.js';

/** The messages that a consumer has in hand, and those that wait for their turn. */
export class MessagesInHand {
  private readonly deliveries: DeliveryQueue;
  private readonly delayed = new DelayedDeliveries((pending) => this.deliveries.add(pending));
  /** What the consumer stops because of, and has not settled. */
  private readonly unsettled: PendingDelivery[] = [];
  private hasGivenUp = false;
  private wake: (() => void) | undefined;

  /**
   * @param concurrency how many are in hand at the same time
   * @param mayGoOn whether the next one may be begun
   * @param onVerdict told what the consumer has to stop with
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

  /** Has one wait for so many milliseconds until it is its turn again. */
  retryLater(pending: PendingDelivery, delay: number): void {
    this.delayed.add(pending, delay);
  }

  /** Forgets those whose turn has not come: the broker delivers them again. */
  forgetWaiting(): void {
    this.takeWaiting();
  }

  /** Whether any is in hand, and waited for. */
  get areAwaited(): boolean {
    return !this.hasGivenUp && !this.deliveries.isIdle;
  }

  /** Resolves when none is in hand any more, or with {@link lookAgain}. */
  async whenChanged(): Promise<void> {
    await Promise.race([
      this.deliveries.whenIdle(),
      new Promise<void>((resolve) => {
        this.wake = resolve;
      }),
    ]);
  }

  /** Lets who waits for messages in hand look again at what is wanted. */
  lookAgain(): void {
    this.wake?.();
  }

  /** Puts back what has stopped the consumer, and what waits behind it: neither waits for messages in hand. */
  giveBack(): void {
    for (const pending of [...this.unsettled.splice(0), ...this.takeWaiting()]) pending.giveBack();
  }

  private takeWaiting(): PendingDelivery[] {
    return [...this.deliveries.clear(), ...this.delayed.clear()];
  }

  /** Those in hand are not waited for any more. */
  giveUp(): void {
    this.hasGivenUp = true;
    this.lookAgain();
  }

  /** Whether any has been in hand since this was asked the last time. */
  takeActivity(): boolean {
    return this.deliveries.takeActivity();
  }
}
