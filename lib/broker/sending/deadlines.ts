import { LONGEST_TIMEOUT } from '../../time-limits/index.js';

/** How late a deadline may be noticed, in milliseconds: deadlines within this time share a timer. */
const GRANULARITY_MS = 20;

/** Something that has a deadline. */
export interface Expiring {
  /** In milliseconds since 1970, as from `Date.now()`. */
  readonly deadline: number;
}

/** Watches many deadlines with few timers: deadlines that are close together share a timer. */
export class Deadlines<T extends Expiring> {
  private readonly slots = new Map<number, { timer: NodeJS.Timeout; members: Set<T> }>();

  /** @param onExpired called once for each timer that fires, with all members of that timer */
  constructor(private readonly onExpired: (expired: readonly T[]) => void) {}

  add(expiring: T): void {
    if (expiring.deadline - Date.now() > LONGEST_TIMEOUT) return;
    const key = Math.ceil(expiring.deadline / GRANULARITY_MS);
    let slot = this.slots.get(key);
    if (!slot) {
      const members = new Set<T>();
      const timer = setTimeout(
        () => {
          this.slots.delete(key);
          this.onExpired([...members]);
        },
        Math.max(0, key * GRANULARITY_MS - Date.now()),
      );
      slot = { timer, members };
      this.slots.set(key, slot);
    }
    slot.members.add(expiring);
  }

  remove(expiring: T): void {
    const key = Math.ceil(expiring.deadline / GRANULARITY_MS);
    const slot = this.slots.get(key);
    if (!slot) return;
    slot.members.delete(expiring);
    if (slot.members.size === 0) {
      clearTimeout(slot.timer);
      this.slots.delete(key);
    }
  }
}
