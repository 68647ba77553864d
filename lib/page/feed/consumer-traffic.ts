import type {
  DeliveryObserver,
  DeliveryOutcome,
  ObservedCall,
  ObservedConsumer,
} from '../../consuming/index.js';
import type { ConsumerState, LastError } from '../protocol.js';
import type { CollectedMessages } from './messages/collected-messages.js';
import { Durations } from './durations.js';
import { errorDetail, withoutValues } from './messages/error-detail.js';
import type { EntryInit, MessageEntry } from './messages/message-entry.js';
import { noOutcomes, type Totals } from './totals.js';

/** How often the broker is asked at most how many retries wait there. */
const RETRIES_INTERVAL_MS = 5_000;

/** Counts the messages of one consumer, and hands them on while messages are collected. */
export class ConsumerTraffic implements DeliveryObserver {
  inHand = 0;
  readonly durations = new Durations();
  private readonly outcomes = noOutcomes();
  private lastError: { at: number; error: Error; messageId: string | undefined } | undefined;
  private retriesInBroker = 0;
  private nextCount = 0;
  /** The messages in hand that came while messages are collected; undefined for those that are not kept. */
  private readonly entries = new Map<ObservedCall, MessageEntry | undefined>();

  constructor(
    private readonly bus: string,
    private readonly consumer: ObservedConsumer,
    private readonly totals: Totals,
    private readonly collected: CollectedMessages,
  ) {}

  received(call: ObservedCall): void {
    this.inHand++;
    const { collected } = this;
    if (!collected.isOpen) return;
    const isKept = collected.offer(call.delivery.fields.routingKey, call.startedAt);
    this.entries.set(call, isKept ? collected.add(this.entryOf(call)) : undefined);
  }

  handled(
    call: ObservedCall,
    outcome: DeliveryOutcome,
    milliseconds: number,
    error: Error | undefined,
  ): void {
    this.inHand--;
    this.outcomes[outcome]++;
    this.totals.outcomes[outcome]++;
    this.durations.record(milliseconds);
    if (outcome === 'failed' && error) this.noteError(error, call.delivery);
    if (this.entries.size === 0) return;
    const entry = this.entries.get(call);
    if (!this.entries.delete(call)) return;
    const settlement = { outcome, milliseconds, error };
    if (entry) this.collected.settle(entry, settlement);
    else if (this.collected.isOpen) {
      this.collected.pass(() => this.entryOf(call), settlement, call.startedAt + milliseconds);
    }
  }

  invalid(delivery: ObservedCall['delivery'], error: Error): void {
    this.outcomes.invalid++;
    this.totals.outcomes.invalid++;
    this.noteError(error, delivery);
    if (!this.collected.isOpen) return;
    this.collected.topics.count(delivery.fields.routingKey);
    const settlement = { outcome: 'invalid', milliseconds: 0, error } as const;
    this.collected.pass(() => this.entryOf({ delivery, context: undefined }), settlement, performance.now());
  }

  /** Brings the number of retries that wait in the broker up to date; without an answer, the last number stays. */
  async countRetries(): Promise<void> {
    if (performance.now() < this.nextCount) return;
    this.nextCount = Infinity;
    try {
      this.retriesInBroker = await this.consumer.countRetriesInBroker();
    } catch {
      // The connection is lost, which the page shows.
    } finally {
      this.nextCount = performance.now() + RETRIES_INTERVAL_MS;
    }
  }

  /** Whether the consumer has ended: cancelled, and not stopped by an error. */
  hasEnded(running: ReadonlySet<ObservedConsumer>): boolean {
    return this.inHand === 0 && !running.has(this.consumer);
  }

  get state(): ConsumerState {
    const { name, queue, isConsuming, isPaused, error, plan, inHand } = this.consumer;
    return {
      bus: this.bus,
      name,
      queue,
      state: error ? 'stopped' : isPaused ? 'paused' : isConsuming ? 'consuming' : 'waiting',
      inHand: this.inHand,
      prefetch: plan.prefetchCount,
      concurrency: plan.concurrency,
      outcomes: this.outcomes,
      durations: this.durations.percentiles,
      retriesWaiting: inHand.retriesWaiting + this.retriesInBroker,
      ...(this.lastError && { lastError: this.shownError(this.lastError) }),
    };
  }

  private noteError(error: Error, { properties }: ObservedCall['delivery']): void {
    // All pages show it, also those whose application hides parts of messages.
    this.lastError = { at: Date.now(), error: withoutValues(error), messageId: properties.messageId };
  }

  private shownError({ at, error, messageId }: NonNullable<typeof this.lastError>): LastError {
    return { at, ...errorDetail(error), ...(messageId !== undefined && { messageId }) };
  }

  private entryOf({ delivery, context }: Pick<ObservedCall, 'delivery' | 'context'>): Omit<EntryInit, 'seq'> {
    const { fields, properties, content } = delivery;
    return {
      bus: this.bus,
      consumer: this.consumer,
      // Not the delivery itself, which keeps the body's bytes.
      delivery: { fields, properties },
      context,
      content: context ? undefined : content,
      bytes: content.length,
      isAgain: false,
    };
  }
}
