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

  /** The first one that waits, which stays in the line. */
  get first(): T | undefined {
    while (this.head < this.members.length) {
      const member = this.members[this.head]!;
      if (!member.isSettled) return member;
      this.settled--;
      this.passFirst();
    }
    return undefined;
  }

  /** Takes the first one that waits. */
  next(): T | undefined {
    const { first } = this;
    if (first) this.passFirst();
    return first;
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

  private passFirst(): void {
    this.members[this.head++] = undefined;
    if (this.head > TOLERATED && this.head * 2 > this.members.length) this.shrink();
  }

  private shrink(): void {
    this.members = [...this];
    this.head = 0;
    this.settled = 0;
  }
}
