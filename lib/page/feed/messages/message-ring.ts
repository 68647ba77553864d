import { headerBytes } from './header-bytes.js';
import type { MessageEntry } from './message-entry.js';

/** Keeps the last messages: when a limit is exceeded, the oldest make room. The last message is always kept. */
export class MessageRing {
  private readonly slots: (MessageEntry | undefined)[] = [];
  /** How many bytes each of them counts: a handler may change the headers meanwhile. */
  private readonly sizes: number[] = [];
  /** The numbers of the oldest message that is kept, and of the one that is added next. */
  private oldest = 1;
  private next = 1;
  private held = 0;
  private dropped = 0;

  /** @param maxBytes the limit for the bodies, as they are on the wire, and the headers, about */
  constructor(
    readonly maxMessages: number,
    readonly maxBytes: number,
  ) {}

  get size(): number {
    return this.next - this.oldest;
  }

  get bytes(): number {
    return this.held;
  }

  /** The number of the change that added the last message that has left; 0 when none has. */
  get lastDropped(): number {
    return this.dropped;
  }

  /** The number of the message that is added next. Numbers are consecutive. */
  get nextSeq(): number {
    return this.next;
  }

  /** The number of the oldest message that is kept. */
  get oldestSeq(): number {
    return this.oldest;
  }

  /** @param entry with the number {@link nextSeq} */
  add(entry: MessageEntry): void {
    if (this.size === this.maxMessages) this.dropOldest();
    const { bytes, delivery } = entry.init;
    const size = bytes + headerBytes(delivery.properties.headers ?? {});
    this.slots[entry.seq % this.maxMessages] = entry;
    this.sizes[entry.seq % this.maxMessages] = size;
    this.next++;
    this.held += size;
    while (this.held > this.maxBytes && this.size > 1) this.dropOldest();
  }

  /** Undefined when the message has left. */
  get(seq: number): MessageEntry | undefined {
    return seq >= this.oldest && seq < this.next ? this.slots[seq % this.maxMessages] : undefined;
  }

  /** The messages from a number on, oldest first. */
  *from(seq: number): Generator<MessageEntry> {
    for (let at = Math.max(seq, this.oldest); at < this.next; at++) yield this.slots[at % this.maxMessages]!;
  }

  clear(): void {
    this.slots.length = 0;
    this.oldest = this.next;
    this.held = 0;
  }

  private dropOldest(): void {
    const place = this.oldest++ % this.maxMessages;
    this.held -= this.sizes[place]!;
    this.dropped = this.slots[place]!.addedBy;
    this.slots[place] = undefined;
  }
}
