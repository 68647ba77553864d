/**
 * A queue: first in, first out. Adding or taking an item costs the same however many items wait, and the queue keeps no
 * room for items that are gone.
 */
export class Fifo<Item> implements Iterable<Item> {
  /** Items that leave before all of `arrived`. The first item is at the end, where an array gives it up at no cost. */
  private leaving: Item[] = [];
  /** Items that come after all of `leaving`, in order. */
  private arrived: Item[] = [];

  /** How many items wait. */
  get size(): number {
    return this.leaving.length + this.arrived.length;
  }

  /** The item that leaves next; undefined when none waits. */
  get first(): Item | undefined {
    if (this.leaving.length === 0 && this.arrived.length > 0) this.turn();
    return this.leaving[this.leaving.length - 1];
  }

  add(item: Item): void {
    // The first item goes to `leaving`, so a queue that is mostly empty never turns `arrived` round.
    if (this.size === 0) this.leaving.push(item);
    else this.arrived.push(item);
  }

  /** Puts items before all others. */
  addFirst(items: readonly Item[]): void {
    for (let i = items.length - 1; i >= 0; i--) this.leaving.push(items[i]!);
  }

  /**
   * Puts an item right behind the last item that belongs before it. At the end of the queue this costs no more than
   * {@link add}.
   */
  insert(item: Item, belongsBefore: (other: Item) => boolean): void {
    const { arrived, leaving } = this;
    let at = arrived.length;
    while (at > 0 && !belongsBefore(arrived[at - 1]!)) at--;
    const [last] = leaving;
    if (at > 0 || last === undefined || belongsBefore(last)) {
      arrived.splice(at, 0, item);
      return;
    }
    while (at < leaving.length && !belongsBefore(leaving[at]!)) at++;
    leaving.splice(at, 0, item);
  }

  /** Takes the first item out; undefined when none waits. */
  take(): Item | undefined {
    if (this.leaving.length === 0 && this.arrived.length > 0) this.turn();
    return this.leaving.pop();
  }

  /** Takes all items out, and returns them in order. */
  takeAll(): Item[] {
    const items = [...this];
    this.leaving = [];
    this.arrived = [];
    return items;
  }

  /** Keeps the items that pass a test, and drops all others. */
  keep(isKept: (item: Item) => boolean): void {
    this.leaving = this.leaving.filter(isKept);
    this.arrived = this.arrived.filter(isKept);
  }

  /** The items that wait now, in order. */
  [Symbol.iterator](): IterableIterator<Item> {
    return [...this.leaving.toReversed(), ...this.arrived].values();
  }

  private turn(): void {
    [this.leaving, this.arrived] = [this.arrived.reverse(), this.leaving];
  }
}
