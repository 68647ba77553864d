import { Fifo } from '../../fifo/index.js';
import type { StoredMessage } from './message.js';

/** A message in one queue. */
export interface QueuedMessage {
  readonly message: StoredMessage;
  /** Its place in the queue, which it keeps when it is put back. */
  readonly place: number;
  readonly priority: number;
  /** When the message expires, in milliseconds since 1970; undefined: never. */
  readonly expiresAt: number | undefined;
  /** How often the message has been put back. */
  returns: number;
}

/**
 * The messages of a queue that no consumer has. Higher priorities come first; messages of one priority are in the order
 * of their places.
 */
export class ReadyMessages {
  private count = 0;
  private size = 0;
  /** How many messages have a time to live. */
  private expiring = 0;
  /** One line for each priority, the highest first. */
  private readonly lines: readonly Line[];

  constructor(maxPriority: number) {
    this.lines = Array.from({ length: maxPriority + 1 }, () => new Line());
  }

  get length(): number {
    return this.count;
  }

  /** How many bytes the bodies of the messages have. */
  get bytes(): number {
    return this.size;
  }

  push(queued: QueuedMessage): void {
    this.lineOf(queued).push(queued);
    this.added(queued);
  }

  /** Puts a message back that had left. */
  putBack(queued: QueuedMessage): void {
    this.lineOf(queued).putBack(queued);
    this.added(queued);
  }

  /** Takes out the first message. */
  shift(): QueuedMessage | undefined {
    if (this.count === 0) return undefined;
    for (const line of this.lines) if (line.first) return this.taken(line);
    return undefined;
  }

  /** Takes out a message that has expired and is the first of its priority. */
  shiftExpired(now: number): QueuedMessage | undefined {
    if (this.expiring === 0) return undefined;
    const line = this.lines.find(({ first }) => first?.expiresAt !== undefined && first.expiresAt <= now);
    return line && this.taken(line);
  }

  /** When the next message expires that is the first of its priority; Infinity: never. */
  get nextExpiry(): number {
    if (this.expiring === 0) return Infinity;
    return Math.min(...this.lines.map(({ first }) => first?.expiresAt ?? Infinity));
  }

  clear(): void {
    for (const line of this.lines) line.clear();
    this.count = 0;
    this.size = 0;
    this.expiring = 0;
  }

  private lineOf({ priority }: QueuedMessage): Line {
    return this.lines[this.lines.length - 1 - priority]!;
  }

  private added({ message, expiresAt }: QueuedMessage): void {
    this.count++;
    this.size += message.content.length;
    if (expiresAt !== undefined) this.expiring++;
  }

  private taken(line: Line): QueuedMessage {
    const queued = line.shift()!;
    this.count--;
    this.size -= queued.message.content.length;
    if (queued.expiresAt !== undefined) this.expiring--;
    return queued;
  }
}

/** Messages of the same priority, in the order of their places. */
class Line {
  /** Messages that have been put back. They come before all others. */
  private readonly returned = new Fifo<QueuedMessage>();
  /** Messages that have never left. */
  private readonly fresh = new Fifo<QueuedMessage>();

  get first(): QueuedMessage | undefined {
    return this.returned.first ?? this.fresh.first;
  }

  push(queued: QueuedMessage): void {
    this.fresh.add(queued);
  }

  putBack(queued: QueuedMessage): void {
    this.returned.insert(queued, ({ place }) => place < queued.place);
  }

  shift(): QueuedMessage | undefined {
    return this.returned.take() ?? this.fresh.take();
  }

  clear(): void {
    this.returned.takeAll();
    this.fresh.takeAll();
  }
}
