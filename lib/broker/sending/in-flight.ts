import type { PendingPublication } from './publication.js';

/**
 * How many publications may be unconfirmed at once. More do not make the broker faster, and what is in
 * flight is what has to be sent again, perhaps twice, when a connection dies.
 */
const MAX_COUNT = 1000;
/** How many bytes of bodies may be: amqplib holds them in memory until the socket takes them. */
const MAX_BYTES = 16 * 1024 * 1024;

/** The publications that have been sent and not been confirmed yet, in that order. */
export class InFlight implements Iterable<PendingPublication> {
  private readonly members = new Set<PendingPublication>();
  private bytes = 0;

  get size(): number {
    return this.members.size;
  }

  /** Whether another one may be sent. One always may, however large. */
  get hasRoom(): boolean {
    return this.members.size < MAX_COUNT && this.bytes < MAX_BYTES;
  }

  has(pending: PendingPublication): boolean {
    return this.members.has(pending);
  }

  add(pending: PendingPublication): void {
    this.members.add(pending);
    this.bytes += pending.publication.content.length;
  }

  /** @returns whether it was in flight */
  delete(pending: PendingPublication): boolean {
    if (!this.members.delete(pending)) return false;
    this.bytes -= pending.publication.content.length;
    return true;
  }

  clear(): void {
    this.members.clear();
    this.bytes = 0;
  }

  [Symbol.iterator](): Iterator<PendingPublication> {
    return this.members.values();
  }
}
