import type { SettledOutcome } from '../protocol.js';
import { type EntryInit, MessageEntry } from './message-entry.js';
import { MessageRing } from './message-ring.js';
import { TopicCounts } from './topic-counts.js';

/** How much is kept. */
export const MAX_MESSAGES = 2000;
export const MAX_BYTES = 16 * 1024 * 1024;

/** The messages that are kept while somebody looks, of all consumers of an application. */
export class CollectedMessages {
  readonly ring = new MessageRing(MAX_MESSAGES, MAX_BYTES);
  readonly topics = new TopicCounts();
  private opened = false;
  private changes = 0;
  /** The last change, and the next message, when it was opened. */
  private firstChange = 0;
  private firstSeq = 1;

  /** Whether messages are kept: the only thing that consumers ask while nobody looks. */
  get isOpen(): boolean {
    return this.opened;
  }

  /** The number of the last change: a message came, or was settled. */
  get lastChange(): number {
    return this.changes;
  }

  /** Whether every change after this one has been seen, and its message is still kept. */
  hasAllSince(change: number): boolean {
    if (!this.opened || change < this.firstChange || change > this.changes) return false;
    const oldest = this.ring.get(this.ring.oldestSeq);
    // Numbers of messages are consecutive, so the one before the oldest tells whether one is missing.
    return this.ring.oldestSeq === this.firstSeq || (oldest !== undefined && oldest.addedBy <= change + 1);
  }

  open(): void {
    if (this.opened) return;
    this.opened = true;
    this.firstChange = this.changes;
    this.firstSeq = this.ring.nextSeq;
  }

  /** Forgets all messages, and keeps none from now on. */
  close(): void {
    this.opened = false;
    this.ring.clear();
    this.topics.clear();
  }

  add(init: Omit<EntryInit, 'seq'>): MessageEntry {
    const entry = new MessageEntry({ ...init, seq: this.ring.nextSeq }, ++this.changes);
    this.ring.add(entry);
    this.topics.count(entry.topic);
    return entry;
  }

  settle(entry: MessageEntry, outcome: SettledOutcome, milliseconds: number, error: Error | undefined): void {
    entry.settle(outcome, milliseconds, error, ++this.changes);
  }
}
