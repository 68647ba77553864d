/** Settled members may stay in the line until there are this many, or half of it. */
const TOLERATED = 1000;

interface Settling {
  readonly isSettled: boolean;
}

/** First in, first out, for millions; members that have been settled meanwhile are passed over. */
export class WaitingLine<T extends Settling> {
  private members: (T | undefined)[] = [];
  private head = 0;
  private settled = 0;

  /** How many are waiting. */
  get size(): number {
    return this.members.length - this.head - this.settled;
  }

  add(member: T): void {
    this.members.push(member);
  }

  /** Puts members in front of all others. */
  addFirst(members: readonly T[]): void {
    this.members = [...members, ...this.members.slice(this.head)];
    this.head = 0;
  }

  /** Takes the first one that waits. */
  next(): T | undefined {
    while (this.head < this.members.length) {
      const member = this.members[this.head]!;
      this.members[this.head++] = undefined;
      if (this.head > TOLERATED && this.head * 2 > this.members.length) this.shrink();
      if (!member.isSettled) return member;
      this.settled--;
    }
    return undefined;
  }

  /** To be told when a member has been settled while it waits. */
  noteSettled(): void {
    this.settled++;
    if (this.settled > TOLERATED && this.settled * 2 > this.members.length - this.head) this.shrink();
  }

  /** All that wait, in order. */
  *[Symbol.iterator](): Iterator<T> {
    for (const member of this.members.slice(this.head)) if (member && !member.isSettled) yield member;
  }

  private shrink(): void {
    this.members = [...this];
    this.head = 0;
    this.settled = 0;
  }
}
