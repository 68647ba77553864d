import type { Chooser, CollectedMessages } from '../feed/messages/collected-messages.js';
import type { MessageEntry } from '../feed/messages/message-entry.js';
import type { MessageFilter } from '../feed/messages/message-filter.js';
import type { ShownMessages } from '../feed/messages/shown-messages.js';
import type { Seen } from './event-id.js';
import type { Changes, MessageRecord, OutcomeChange } from '../protocol.js';

/** How many messages an event has at most: the newest. */
const MAX_MESSAGES_PER_EVENT = 50;
const MAX_MESSAGES_IN_SNAPSHOT = 500;

/** The part of an event that is about messages. */
export type News = Pick<Changes, 'messages' | 'outcomes' | 'leftOut'>;

/** The messages of one client: what it was sent, and what is new for it. */
export class MessageNews implements Chooser {
  /** The client has been told all changes up to this one. */
  private change: number;
  /** Messages that it was sent before they were settled. */
  private readonly unsettled = new Set<MessageEntry>();
  private leftOut = 0;
  /** How many messages had not been kept when it was last told. */
  private passed: number;
  /** The number of the message that comes after those that were looked at. */
  private nextSeq: number;

  constructor(
    private readonly collected: CollectedMessages,
    private readonly filter: MessageFilter,
    private readonly shown: ShownMessages,
  ) {
    this.change = collected.lastChange;
    this.nextSeq = collected.ring.nextSeq;
    this.passed = collected.passedBy;
  }

  /** How many messages had not been kept by then. */
  get passedBy(): number {
    return this.passed;
  }

  /** Sees to it that messages that match are kept. The returned function ends that. */
  choose(): () => void {
    if (this.filter.isEmpty) return () => undefined;
    this.collected.choosers.add(this);
    return () => void this.collected.choosers.delete(this);
  }

  /** The number of the last change that the client has been told. */
  get lastChange(): number {
    return this.change;
  }

  /** All messages that are kept and match; the newest of them are shown. */
  all(): { messages: MessageRecord[]; leftOut: number } {
    const { ring, lastChange } = this.collected;
    this.change = lastChange;
    this.nextSeq = ring.nextSeq;
    const matching = [...ring.from(ring.oldestSeq)].filter((entry) => this.isWanted(entry));
    const messages = matching.slice(-MAX_MESSAGES_IN_SNAPSHOT).map((entry) => this.record(entry));
    return { messages, leftOut: matching.length - messages.length };
  }

  /** Whether the client can be told what is new {@link since} its earlier connection; otherwise it needs everything again. */
  canGoOn({ change, passedBy }: Seen): boolean {
    const { collected, filter } = this;
    if (!collected.hasAllSince(change)) return false;
    // Nobody knows which messages matched before their outcomes, or whether those that were not kept matched.
    return !filter.isOfOutcomes && (filter.isEmpty || passedBy === collected.passedBy);
  }

  /**
   * What is new since a change that the client was told on an earlier connection, in events of limited size. Messages
   * that it may have got unsettled are among the outcomes.
   */
  *since({ change, passedBy }: Seen): Generator<News> {
    this.change = change;
    this.passed = passedBy;
    this.nextSeq = this.collected.ring.oldestSeq;
    for (const entry of this.collected.ring.from(this.nextSeq)) {
      if (entry.addedBy > change) break;
      const isOpen = entry.settledBy === 0 || entry.settledBy > change;
      if (isOpen && this.isWanted(entry)) this.unsettled.add(entry);
    }
    const wanted = this.wanted();
    const shown = wanted.slice(-MAX_MESSAGES_IN_SNAPSHOT);
    this.leftOut += wanted.length - shown.length;
    do yield this.news(shown.splice(0, MAX_MESSAGES_PER_EVENT));
    while (shown.length > 0);
  }

  /** What is new since the last event. */
  take(): News {
    const wanted = this.wanted();
    const shown = wanted.slice(-MAX_MESSAGES_PER_EVENT);
    this.leftOut += wanted.length - shown.length;
    return this.news(shown);
  }

  /** A message that matches, or may match, has not been kept. */
  leaveOut(): void {
    this.leftOut++;
  }

  /** Looks at what is new without telling the client, which takes nothing at the moment. */
  skip(): void {
    this.leftOut += this.wanted().length;
  }

  private news(entries: readonly MessageEntry[]): News {
    const { passedBy } = this.collected;
    // With a filter, it is told of each message that it wants.
    if (this.filter.isEmpty) this.leftOut += passedBy - this.passed;
    this.passed = passedBy;
    const { leftOut } = this;
    this.leftOut = 0;
    const outcomes = this.settled();
    const messages = entries.map((entry) => this.record(entry));
    return {
      ...(messages.length > 0 && { messages }),
      ...(outcomes.length > 0 && { outcomes }),
      ...(leftOut > 0 && { leftOut }),
    };
  }

  /** The messages that are new for the client, and match; oldest first. */
  private wanted(): MessageEntry[] {
    const { ring, lastChange } = this.collected;
    const { change } = this;
    if (lastChange === change) return [];
    this.change = lastChange;
    // Messages may have left before anybody looked at them. With a filter, nobody knows whether they match.
    if (this.filter.isEmpty) this.leftOut += Math.max(0, ring.oldestSeq - this.nextSeq);
    this.nextSeq = ring.nextSeq;
    const wanted: MessageEntry[] = [];
    for (let seq = ring.nextSeq - 1; seq >= ring.oldestSeq; seq--) {
      const entry = ring.get(seq)!;
      const isNew = entry.addedBy > change;
      // A message that came before may match since its handler is done.
      const isChanged = this.filter.isOfOutcomes && entry.settledBy > change && !this.unsettled.has(entry);
      if (isNew || isChanged) {
        if (this.isWanted(entry)) wanted.push(entry);
      } else if (!this.filter.isOfOutcomes) break;
    }
    return wanted.reverse();
  }

  private settled(): OutcomeChange[] {
    const outcomes: OutcomeChange[] = [];
    for (const entry of this.unsettled) {
      if (entry.settledBy === 0) continue;
      this.unsettled.delete(entry);
      outcomes.push(this.shown.outcome(entry));
    }
    return outcomes;
  }

  isWanted(entry: MessageEntry, mayRead?: () => boolean): boolean {
    const { filter } = this;
    if (filter.isEmpty) return true;
    if (mayRead && filter.isOfContents && filter.mayMatch(entry) && !mayRead()) {
      this.leaveOut();
      return false;
    }
    return filter.matches(entry, () => this.shown.searched(entry));
  }

  private record(entry: MessageEntry): MessageRecord {
    if (entry.settledBy === 0) this.unsettled.add(entry);
    return this.shown.record(entry);
  }
}
