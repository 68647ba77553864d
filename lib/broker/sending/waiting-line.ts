import type { PendingPublication } from './publication.js';

/** Settled publications may stay in the line until there are this many, or half of it. */
const MAX_SETTLED_ENTRIES = 1000;

/** First in, first out, for millions; publications that have been settled meanwhile are passed over. */
export class WaitingLine implements Iterable<PendingPublication> {
  private members: (PendingPublication | undefined)[] = [];
  private head = 0;
  private settled = 0;

  /** How many are waiting. */
  get size(): number {
    return this.members.length - this.head - this.settled;
  }

  add(pending: PendingPublication): void {
    this.members.push(pending);
  }

  /** Puts publications in front of all others. */
  addFirst(pending: readonly PendingPublication[]): void {
    for (const member of pending) member.state = 'waiting';
    this.members = [...pending, ...this.members.slice(this.head)];
    this.head = 0;
  }

  /** The first one that waits, which stays in the line. */
  get first(): PendingPublication | undefined {
    while (this.head < this.members.length) {
      const member = this.members[this.head]!;
      if (member.state !== 'settled') return member;
      this.settled--;
      this.passFirst();
    }
    return undefined;
  }

  /** Takes the first one that waits. */
  next(): PendingPublication | undefined {
    const { first } = this;
    if (first) this.passFirst();
    return first;
  }

  /** To be told when a publication has been settled while it waits. */
  noteSettled(): void {
    this.settled++;
    if (this.settled > MAX_SETTLED_ENTRIES && this.settled * 2 > this.members.length - this.head)
      this.shrink();
  }

  /** All that wait, in order. */
  *[Symbol.iterator](): Iterator<PendingPublication> {
    for (const member of this.members.slice(this.head))
      if (member && member.state !== 'settled') yield member;
  }

  private passFirst(): void {
    this.members[this.head++] = undefined;
    if (this.head > MAX_SETTLED_ENTRIES && this.head * 2 > this.members.length) this.shrink();
  }

  private shrink(): void {
    this.members = [...this];
    this.head = 0;
    this.settled = 0;
  }
}
