import type { PendingPublication } from './publication.js';

/**
 * How many publications may be unconfirmed at once. More would not make the broker faster. When a connection dies, all
 * of them may be sent again, so the broker may get them twice.
 */
const MAX_COUNT = 1000;
/** How many bytes of bodies may be unconfirmed at once: amqplib holds them in memory until the socket takes them. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Publications that were sent and are not confirmed yet, in the order of sending. */
export class InFlight implements Iterable<PendingPublication> {
  private readonly members = new Set<PendingPublication>();
  private bytes = 0;

  get size(): number {
    return this.members.size;
  }

  /** Whether another publication may be sent. Its own size does not matter: only the bytes in flight count. */
  get hasRoom(): boolean {
    return this.members.size < MAX_COUNT && this.bytes < MAX_BYTES;
  }

  add(pending: PendingPublication): void {
    pending.state = 'inFlight';
    this.members.add(pending);
    this.bytes += pending.size;
  }

  /** @returns whether the publication was in flight */
  delete(pending: PendingPublication): boolean {
    if (!this.members.delete(pending)) return false;
    this.bytes -= pending.size;
    return true;
  }

  /** The first publication that has this routing key and message id. */
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
