import type { PendingPublication } from './publication.js';

/**
 * How many publications may be unconfirmed at once. More do not make the broker faster, and what is in
 * flight is what has to be sent again, perhaps twice, when a connection dies.
 */
const MAX_COUNT = 1000;
/** How many bytes of bodies may be unconfirmed at once: amqplib holds them in memory until the socket takes them. */
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

  add(pending: PendingPublication): void {
    pending.state = 'inFlight';
    this.members.add(pending);
    this.bytes += pending.size;
  }

  /** @returns whether it was in flight */
  delete(pending: PendingPublication): boolean {
    if (!this.members.delete(pending)) return false;
    this.bytes -= pending.size;
    return true;
  }

  /** The one with a routing key and a message id. */
  find(routingKey: string, messageId: string | undefined): PendingPublication | undefined {
    for (const pending of this.members) {
      const { publication } = pending;
      if (publication.routingKey === routingKey && publication.properties.messageId === messageId)
        return pending;
    }
    return undefined;
  }

  clear(): void {
    this.members.clear();
    this.bytes = 0;
  }

  [Symbol.iterator](): Iterator<PendingPublication> {
    return this.members.values();
  }
}
