import { Fifo } from '../../fifo/index.js';
import type { PendingPublication } from './publication.js';

/** Settled publications are removed when there are more than this many, and they are more than half of the line. */
const MAX_SETTLED_ENTRIES = 1000;

/** Publications that wait to be sent, in order. Publications that are settled while they wait are skipped. */
export class WaitingLine implements Iterable<PendingPublication> {
  private readonly members = new Fifo<PendingPublication>();
  private settled = 0;

  /** How many publications wait. */
  get size(): number {
    return this.members.size - this.settled;
  }

  add(pending: PendingPublication): void {
    this.members.add(pending);
  }

  /** Puts publications in front of all others. */
  addFirst(pending: readonly PendingPublication[]): void {
    for (const member of pending) member.state = 'waiting';
    this.members.addFirst(pending);
  }

  /** The first publication that waits. It stays in the line. */
  get first(): PendingPublication | undefined {
    let { first } = this.members;
    while (first?.state === 'settled') {
      this.members.take();
      this.settled--;
      first = this.members.first;
    }
    return first;
  }

  /** Takes the first publication that waits. */
  next(): PendingPublication | undefined {
    return this.first && this.members.take();
  }

  /** Call this when a publication has been settled while it waits. */
  noteSettled(): void {
    this.settled++;
    if (this.settled <= MAX_SETTLED_ENTRIES || this.settled * 2 <= this.members.size) return;
    this.members.keep(({ state }) => state !== 'settled');
    this.settled = 0;
  }

  /** The publications that wait, in order. */
  *[Symbol.iterator](): Iterator<PendingPublication> {
    for (const member of this.members) if (member.state !== 'settled') yield member;
  }
}
