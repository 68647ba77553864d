import type { PendingDelivery } from './pending-delivery.js';

/** Deliveries that wait, unacknowledged, until they are handled again. */
export class DelayedDeliveries {
  private readonly timers = new Map<PendingDelivery, NodeJS.Timeout>();

  /** @param onDue told of each when it has waited long enough */
  constructor(private readonly onDue: (pending: PendingDelivery) => void) {}

  add(pending: PendingDelivery, delay: number): void {
    // The channel may have been lost meanwhile, and then the broker delivers it again.
    if (pending.acknowledgements.ending.aborted) return;
    const timer = setTimeout(() => {
      this.timers.delete(pending);
      this.onDue(pending);
    }, delay);
    this.timers.set(pending, timer);
  }

  /** Forgets all, and returns them. */
  clear(): PendingDelivery[] {
    const waiting = [...this.timers.keys()];
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    return waiting;
  }
}
