import { BackOff } from '../connection/back-off.js';
import type { PendingPublication } from './publication.js';

const FIRST_DELAY = 100;
const LONGEST_DELAY = 2_000;

/**
 * Publications that a channel or connection has died of, or would, but that may pass later. They are tried one at a time,
 * alone, after delays that grow until one passes, so that no other has to be sent twice when it happens again.
 */
export class Suspects implements Iterable<PendingPublication> {
  private readonly members = new Set<PendingPublication>();
  private timer: NodeJS.Timeout | undefined;
  /** How long they wait now, in milliseconds. */
  private delay = 0;
  private readonly backOff = new BackOff(FIRST_DELAY, LONGEST_DELAY);

  /** @param onDue called when one is to be tried */
  constructor(private readonly onDue: () => void) {}

  get size(): number {
    return this.members.size;
  }

  /** Whether one is to be tried now, before anything else is sent. */
  get isDue(): boolean {
    return this.members.size > 0 && this.timer === undefined;
  }

  add(suspect: PendingPublication): void {
    if (this.members.size === 0 && !suspect.isSuspect) this.backOff.reset();
    suspect.isSuspect = true;
    this.members.add(suspect);
    if (this.timer) return;
    this.delay = this.backOff.next();
    this.start();
  }

  /** The one that has waited longest. */
  get first(): PendingPublication | undefined {
    return this.members.values().next().value;
  }

  /** There is a new channel: others are sent on it first, for as long as suspects wait. */
  restart(): void {
    if (this.members.size === 0) return;
    clearTimeout(this.timer);
    this.start();
  }

  /** Takes the one out that has waited longest. */
  next(): PendingPublication | undefined {
    const { first } = this;
    if (first) this.members.delete(first);
    return first;
  }

  /** @returns whether it was one */
  delete(pending: PendingPublication): boolean {
    return this.members.delete(pending);
  }

  /** One of them has passed. */
  notePassed(): void {
    this.backOff.reset();
  }

  /** Nothing is called any more. */
  stop(): void {
    clearTimeout(this.timer);
  }

  private start(): void {
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.onDue();
    }, this.delay);
  }

  [Symbol.iterator](): Iterator<PendingPublication> {
    return this.members.values();
  }
}
