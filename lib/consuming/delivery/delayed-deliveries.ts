import type { PendingDelivery } from './pending-delivery.js';

/** Holds unacknowledged deliveries until they are to be handled again. */
export class DelayedDeliveries {
  private readonly timers = new Map<PendingDelivery, NodeJS.Timeout>();

  /** @param onDue called with each delivery when its delay is over */
  constructor(private readonly onDue: (pending: PendingDelivery) => void) {}

  add(pending: PendingDelivery, delay: number): void {
    // If the channel was lost meanwhile, the broker delivers the message again.
    if (pending.acknowledgements.ending.aborted) return;
    const timer = setTimeout(() => {
      this.timers.delete(pending);
      this.onDue(pending);
    }, delay);
    this.timers.set(pending, timer);
  }

  get count(): number {
    return this.timers.size;
  }

  /** Removes all deliveries, and returns them. */
  clear(): PendingDelivery[] {
    const waiting = [...this.timers.keys()];
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    return waiting;
  }
}
