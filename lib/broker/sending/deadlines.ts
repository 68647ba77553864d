import { LONGEST_TIMEOUT } from '../../time-limits/index.js';

/** How exactly deadlines are kept, in milliseconds. */
const GRANULARITY = 20;

/** What can be too late. */
export interface Expiring {
  /** As Date.now() counts. */
  readonly deadline: number;
}

/** Many deadlines with few timers: those that are close to each other share one. */
export class Deadlines<T extends Expiring> {
  private readonly slots = new Map<number, { timer: NodeJS.Timeout; members: Set<T> }>();

  /** @param onExpired is told of all whose time is over, those of one timer at once */
  constructor(private readonly onExpired: (expired: readonly T[]) => void) {}

  add(expiring: T): void {
    if (expiring.deadline - Date.now() > LONGEST_TIMEOUT) return;
    const key = Math.ceil(expiring.deadline / GRANULARITY);
    let slot = this.slots.get(key);
    if (!slot) {
      const members = new Set<T>();
      const timer = setTimeout(
        () => {
          this.slots.delete(key);
          this.onExpired([...members]);
        },
        Math.max(0, key * GRANULARITY - Date.now()),
      );
      slot = { timer, members };
      this.slots.set(key, slot);
    }
    slot.members.add(expiring);
  }

  remove(expiring: T): void {
    const key = Math.ceil(expiring.deadline / GRANULARITY);
    const slot = this.slots.get(key);
    if (!slot) return;
    slot.members.delete(expiring);
    if (slot.members.size === 0) {
      clearTimeout(slot.timer);
      this.slots.delete(key);
    }
  }
}
