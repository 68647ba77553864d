import { BackOff } from './back-off.js';
import type { PendingPublication } from './publication.js';
import { reasonOf } from './reply-code.js';

const FIRST_DELAY = 100;
const LONGEST_DELAY = 2_000;

/**
 * Publications that the broker closed a channel for, or may have. Each is tried again alone, and after a
 * delay that grows, so that no other has to be sent twice when it happens again.
 */
export class Suspects implements Iterable<PendingPublication> {
  private members: PendingPublication[] = [];
  private timer: NodeJS.Timeout | undefined;

  /** @param onDue called when one is to be tried */
  constructor(private readonly onDue: () => void) {}

  get size(): number {
    return this.members.length;
  }

  /** Whether one is to be tried now, before anything else is sent. */
  get isDue(): boolean {
    return this.members.length > 0 && this.timer === undefined;
  }

  add(suspect: PendingPublication): void {
    const delay = new BackOff(FIRST_DELAY * 2 ** Math.min(suspect.refusals++, 5), LONGEST_DELAY).next();
    this.members.push(suspect);
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.onDue();
    }, delay);
  }

  /** Takes the one out that has waited longest. */
  next(): PendingPublication | undefined {
    return this.members.shift();
  }

  /** @returns whether it was one */
  delete(pending: PendingPublication): boolean {
    if (!this.members.includes(pending)) return false;
    this.members = this.members.filter((other) => other !== pending);
    return true;
  }

  /** Nothing is called any more. */
  stop(): void {
    clearTimeout(this.timer);
  }

  [Symbol.iterator](): Iterator<PendingPublication> {
    return this.members.values();
  }
}

/** Those that the broker closed the channel for, or may have. */
export function culpritsOf(error: Error, carried: readonly PendingPublication[]): Set<PendingPublication> {
  const named = carried.filter((pending) => isNamedIn(error, pending));
  return new Set(named.length > 0 ? named : carried);
}

/** Whether the broker's reason names the exchange, and the topic if it names one, of a publication. */
export function isNamedIn(error: Error, { publication }: PendingPublication): boolean {
  const reason = reasonOf(error);
  const exchange = /exchange '([^']*)'/.exec(reason)?.[1];
  const topic = /topic '(.*)' in exchange/.exec(reason)?.[1];
  // The default exchange, whose name is empty, has another one where permissions are checked.
  if ((exchange === 'amq.default' ? '' : exchange) !== publication.exchange) return false;
  return topic === undefined || topic === publication.routingKey;
}
