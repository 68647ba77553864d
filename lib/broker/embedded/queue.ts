import { setImmediate } from 'node:timers';
import { LONGEST_TIMEOUT } from '../../time-limits/index.js';
import type { StoredMessage } from './message.js';
import type { QueueTerms } from './queue-arguments.js';
import { type QueuedMessage, ReadyMessages } from './ready-messages.js';
import type { EmbeddedTraffic } from './traffic.js';

/** Why a message leaves a queue for its dead-letter exchange. */
export type DeathReason = 'rejected' | 'expired' | 'maxlen' | 'delivery_limit';

/** A consumer as its queue sees it. */
export interface QueueConsumer {
  /** Whether it takes another message now. */
  readonly hasRoom: boolean;
  /** Consumers with a higher priority get messages first. */
  readonly priority: number;
  take(queued: QueuedMessage): void;
  /** Cancels the consumer, because the queue is gone. */
  cancelByBroker(): void;
}

/** The parts of the broker that a queue uses. */
export interface QueueSurroundings {
  readonly traffic: EmbeddedTraffic;
  /** Whether queues with a message TTL and a dead-letter exchange pass messages on without waiting. */
  readonly skipsDelays: boolean;
  deadLetter(queue: Queue, queued: QueuedMessage, reason: DeathReason): void;
  deleteQueue(queue: Queue): void;
}

/** A queue with its messages and consumers, and the rules of its arguments for both. */
export class Queue {
  private readonly ready: ReadyMessages;
  /** The consumer that got a message last is the last one, unless the queue has a single active consumer. */
  private consumers: QueueConsumer[] = [];
  private places = 0;
  private isDeleted = false;
  private expiryTimer: NodeJS.Timeout | undefined;
  private expiryAt = Infinity;
  private disuseTimer: NodeJS.Timeout | undefined;

  constructor(
    readonly name: string,
    readonly terms: QueueTerms,
    /** The connection that an exclusive queue belongs to. */
    readonly owner: object | undefined,
    private readonly surroundings: QueueSurroundings,
  ) {
    this.ready = new ReadyMessages(terms.maxPriority);
    this.noteUse();
  }

  /** How many messages wait for a consumer. */
  get messageCount(): number {
    return this.ready.length;
  }

  get consumerCount(): number {
    return this.consumers.length;
  }

  /** Begins the time of `x-expires` again: the queue has been used. */
  noteUse(): void {
    clearTimeout(this.disuseTimer);
    if (this.terms.expires === undefined || this.consumers.length > 0 || this.isDeleted) return;
    this.disuseTimer = setTimeout(() => this.surroundings.deleteQueue(this), this.terms.expires);
    this.disuseTimer.unref();
  }

  /**
   * Takes a message in, or gives it to a consumer at once.
   *
   * @returns false when the queue is full, and refuses the message
   */
  offer(message: StoredMessage): boolean {
    const queued = this.queued(message);
    const consumer = this.ready.length === 0 ? this.nextConsumer() : undefined;
    if (consumer) {
      consumer.take(queued);
      return true;
    }
    const { overflow } = this.terms;
    if (overflow !== 'drop-head' && this.isFullFor(message)) {
      if (overflow === 'reject-publish-dlx') this.surroundings.deadLetter(this, queued, 'maxlen');
      return false;
    }
    this.ready.push(queued);
    this.dropHeads();
    this.deliver();
    this.watchExpiry();
    return true;
  }

  /** Puts a message back in its place. Call {@link deliver} after the last message. */
  putBack(queued: QueuedMessage): void {
    if (this.isDeleted) return;
    queued.returns++;
    if (queued.returns > this.terms.deliveryLimit) {
      this.surroundings.deadLetter(this, queued, 'delivery_limit');
      return;
    }
    this.ready.putBack(queued);
    this.dropHeads();
  }

  /** A consumer has rejected a message. */
  reject(queued: QueuedMessage): void {
    if (!this.isDeleted) this.surroundings.deadLetter(this, queued, 'rejected');
  }

  /** Takes the first message out of the queue; undefined when none waits. */
  take(): QueuedMessage | undefined {
    this.noteUse();
    this.dropExpired();
    return this.ready.shift();
  }

  /** Gives waiting messages to the consumers that have room, in turn. */
  deliver(): void {
    this.dropExpired();
    while (this.ready.length > 0) {
      const consumer = this.nextConsumer();
      if (!consumer) break;
      consumer.take(this.ready.shift()!);
      this.dropExpired();
    }
    this.watchExpiry();
  }

  addConsumer(consumer: QueueConsumer): void {
    this.consumers.push(consumer);
    clearTimeout(this.disuseTimer);
    this.deliver();
  }

  removeConsumer(consumer: QueueConsumer): void {
    const at = this.consumers.indexOf(consumer);
    if (at < 0) return;
    this.consumers.splice(at, 1);
    if (this.consumers.length > 0) return;
    if (this.terms.autoDelete) this.surroundings.deleteQueue(this);
    else this.noteUse();
  }

  /** Ends the queue: drops its messages, and cancels its consumers. */
  delete(): void {
    this.isDeleted = true;
    this.ready.clear();
    clearTimeout(this.expiryTimer);
    clearTimeout(this.disuseTimer);
    const { consumers } = this;
    this.consumers = [];
    for (const consumer of consumers) consumer.cancelByBroker();
  }

  private queued(message: StoredMessage): QueuedMessage {
    const { priority = 0, expiration } = message.properties;
    const { messageTtl, maxPriority } = this.terms;
    const hasTimeToLive = messageTtl !== undefined || expiration !== undefined;
    const timeToLive = Math.min(
      this.isDelay ? 0 : (messageTtl ?? Infinity),
      expiration === undefined ? Infinity : Number(expiration),
    );
    return {
      message,
      place: this.places++,
      priority: Math.min(priority, maxPriority),
      expiresAt: hasTimeToLive ? Date.now() + timeToLive : undefined,
      returns: 0,
    };
  }

  /** Whether the queue only delays messages before it dead-letters them, and the delay is skipped. */
  private get isDelay(): boolean {
    const { messageTtl, deadLetterExchange } = this.terms;
    return this.surroundings.skipsDelays && messageTtl !== undefined && deadLetterExchange !== undefined;
  }

  /**
   * The next consumer in turn that has room, among those of the highest priority. In a queue with a single active
   * consumer, only the first consumer counts.
   */
  private nextConsumer(): QueueConsumer | undefined {
    const { consumers } = this;
    if (consumers.length < 2 || this.terms.hasSingleActiveConsumer)
      return consumers[0]?.hasRoom ? consumers[0] : undefined;
    let next: QueueConsumer | undefined;
    for (const consumer of consumers)
      if (consumer.hasRoom && (!next || consumer.priority > next.priority)) next = consumer;
    if (next) consumers.push(...consumers.splice(consumers.indexOf(next), 1));
    return next;
  }

  private isFullFor({ content }: StoredMessage): boolean {
    const { maxLength, maxLengthBytes } = this.terms;
    return this.ready.length + 1 > maxLength || this.ready.bytes + content.length > maxLengthBytes;
  }

  private dropHeads(): void {
    const { maxLength, maxLengthBytes, overflow } = this.terms;
    if (overflow !== 'drop-head') return;
    while (this.ready.length > maxLength || this.ready.bytes > maxLengthBytes) {
      this.surroundings.deadLetter(this, this.ready.shift()!, 'maxlen');
    }
  }

  private dropExpired(): void {
    if (this.ready.nextExpiry === Infinity) return;
    const now = Date.now();
    for (;;) {
      const expired = this.ready.shiftExpired(now);
      if (!expired) return;
      this.surroundings.deadLetter(this, expired, 'expired');
    }
  }

  /** Waits until the first message expires, and removes it. Messages behind it are checked when they are first. */
  private watchExpiry(): void {
    const at = this.ready.nextExpiry;
    if (at === Infinity || at >= this.expiryAt) return;
    clearTimeout(this.expiryTimer);
    this.expiryAt = at;
    const isOver = (): void => {
      this.expiryAt = Infinity;
      this.dropExpired();
      this.watchExpiry();
    };
    const wait = at - Date.now();
    if (this.isDelay) this.afterThisTurn(isOver);
    else if (wait <= 0) isOver();
    else {
      this.expiryTimer = setTimeout(isOver, Math.min(wait, LONGEST_TIMEOUT));
      // The timer does not keep the process alive: the embedded broker ends with the process.
      this.expiryTimer.unref();
    }
  }

  private afterThisTurn(action: () => void): void {
    const { traffic } = this.surroundings;
    traffic.due();
    setImmediate(() => {
      action();
      traffic.done();
    });
  }
}
