import type { SettledOutcome } from '../../protocol.js';
import { type EntryInit, MessageEntry } from './message-entry.js';
import { MessageRing } from './message-ring.js';
import { TokenBucket } from '../token-bucket.js';
import { TopicCounts } from '../topic-counts.js';

/** How much is kept; the bytes are those of bodies and headers. */
export const MAX_MESSAGES = 2000;
export const MAX_BYTES = 16 * 1024 * 1024;

/**
 * How many messages are kept each second when there are more for long: as many as a client is sent. To keep a message
 * costs more than to handle it, because it outlives the garbage collector's young generation. And it is a message of
 * the last seconds that somebody clicks on.
 */
const KEPT_PER_SECOND = 200;
/** How many messages are read each second for clients with filters, when there are more for long. */
const READ_PER_SECOND = 1000;

/** A client that looks at some messages only. */
export interface Chooser {
  /**
   * Whether the client wants a message. It counts what it may want and can't know.
   *
   * @param mayRead whether the message's contents may be read now, which costs more than to handle it
   */
  isWanted(entry: MessageEntry, mayRead: () => boolean): boolean;
  /** Counts a message that was not looked at, and that the client may want. */
  leaveOut(): void;
}

/** How a handler ended. */
export interface Settlement {
  readonly outcome: SettledOutcome;
  readonly milliseconds: number;
  readonly error: Error | undefined;
}

/** The messages that are kept while somebody looks, of all consumers of an application. */
export class CollectedMessages {
  readonly ring = new MessageRing(MAX_MESSAGES, MAX_BYTES);
  readonly topics = new TopicCounts();
  /** The clients with filters. */
  readonly choosers = new Set<Chooser>();
  /** How many messages have not been kept. */
  passedBy = 0;
  private readonly anyMessage = new TokenBucket(MAX_MESSAGES, KEPT_PER_SECOND);
  /** For failed messages, and those that clients with filters want: they are not lost among the others. */
  private readonly chosenMessage = new TokenBucket(MAX_MESSAGES, KEPT_PER_SECOND);
  private readonly readMessage = new TokenBucket(MAX_MESSAGES, READ_PER_SECOND);
  private opened = false;
  private changes = 0;
  /** The last change before it was opened. */
  private firstChange = 0;

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
    return this.ring.lastDropped <= change;
  }

  open(): void {
    if (this.opened) return;
    this.opened = true;
    this.firstChange = this.changes;
  }

  /** Forgets all messages, and keeps none from now on. */
  close(): void {
    this.opened = false;
    this.ring.clear();
    this.topics.clear();
  }

  /**
   * Counts a message that a handler gets now.
   *
   * @param now the time of `performance.now()`
   * @returns whether to {@link add} it
   */
  offer(topic: string, now: number): boolean {
    this.topics.count(topic);
    return this.anyMessage.take(now);
  }

  /** Takes or leaves a message that was not kept before its handler ended. */
  pass(init: () => Omit<EntryInit, 'seq'>, settlement: Settlement, now: number): void {
    const isFailed = settlement.outcome === 'failed' || settlement.outcome === 'invalid';
    if (!this.chosenMessage.hasAny(now)) {
      for (const chooser of this.choosers) chooser.leaveOut();
    } else if (isFailed || this.choosers.size > 0) {
      const entry = this.entryOf(init());
      this.settle(entry, settlement);
      if (isFailed || this.isChosen(entry, now)) {
        this.chosenMessage.take(now);
        this.keep(entry);
        return;
      }
    }
    this.passedBy++;
  }

  /** Keeps a message. */
  add(init: Omit<EntryInit, 'seq'>): MessageEntry {
    return this.keep(this.entryOf(init));
  }

  settle(entry: MessageEntry, { outcome, milliseconds, error }: Settlement): void {
    entry.settle(outcome, milliseconds, error, ++this.changes);
  }

  private entryOf(init: Omit<EntryInit, 'seq'>): MessageEntry {
    return new MessageEntry({ ...init, seq: this.ring.nextSeq }, ++this.changes);
  }

  private keep(entry: MessageEntry): MessageEntry {
    this.ring.add(entry);
    return entry;
  }

  private isChosen(entry: MessageEntry, now: number): boolean {
    let isRead: boolean | undefined;
    const mayRead = (): boolean => (isRead ??= this.readMessage.take(now));
    let isWanted = false;
    // Each of them counts for itself.
    for (const chooser of this.choosers) if (chooser.isWanted(entry, mayRead)) isWanted = true;
    return isWanted;
  }
}
