import type {
  DeliveryObserver,
  DeliveryOutcome,
  ObservedCall,
  ObservedConsumer,
} from '../../consuming/index.js';
import type { ConsumerState, LastError } from '../protocol.js';
import type { CollectedMessages } from './collected-messages.js';
import { Durations } from './durations.js';
import { errorDetail } from './error-detail.js';
import type { MessageEntry } from './message-entry.js';
import { noOutcomes, type Totals } from './totals.js';

/** Counts the messages of one consumer, and hands them on while messages are collected. */
export class ConsumerTraffic implements DeliveryObserver {
  inHand = 0;
  readonly durations = new Durations();
  private readonly outcomes = noOutcomes();
  private lastError: { at: number; error: Error; messageId: string | undefined } | undefined;
  /** The collected messages that are in hand. */
  private readonly entries = new Map<ObservedCall, MessageEntry>();

  constructor(
    private readonly bus: string,
    private readonly consumer: ObservedConsumer,
    private readonly totals: Totals,
    private readonly collected: CollectedMessages,
  ) {}

  received(call: ObservedCall): void {
    this.inHand++;
    if (this.collected.isOpen) this.entries.set(call, this.collect(call, call.context === undefined));
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
    if (!entry) return;
    this.entries.delete(call);
    this.collected.settle(entry, outcome, milliseconds, error);
  }

  invalid(delivery: ObservedCall['delivery'], error: Error): void {
    this.outcomes.invalid++;
    this.totals.outcomes.invalid++;
    this.noteError(error, delivery);
    if (!this.collected.isOpen) return;
    const entry = this.collect({ delivery, context: undefined }, true);
    this.collected.settle(entry, 'invalid', 0, error);
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
      retriesWaiting: inHand.retriesWaiting,
      ...(this.lastError && { lastError: this.shownError(this.lastError) }),
    };
  }

  private noteError(error: Error, { properties }: ObservedCall['delivery']): void {
    this.lastError = { at: Date.now(), error, messageId: properties.messageId };
  }

  private shownError({ at, error, messageId }: NonNullable<typeof this.lastError>): LastError {
    return { at, ...errorDetail(error), ...(messageId !== undefined && { messageId }) };
  }

  private collect({ delivery, context }: ObservedCall, isContentKept: boolean): MessageEntry {
    const { fields, properties, content } = delivery;
    return this.collected.add({
      bus: this.bus,
      consumer: this.consumer,
      // Not the delivery itself, which keeps the body's bytes.
      delivery: { fields, properties },
      context,
      content: isContentKept ? content : undefined,
      bytes: content.length,
      isAgain: false,
    });
  }
}
