import type {
  DeliveryObserver,
  DeliveryOutcome,
  ObservedCall,
  ObservedConsumer,
} from '../../consuming/index.js';
import type { ConsumerState, ErrorDetail } from '../protocol.js';
import type { CollectedMessages, Settlement } from './messages/collected-messages.js';
import { Durations } from './durations.js';
import { type EntryInit, MessageEntry } from './messages/message-entry.js';
import { noOutcomes, type Totals } from './totals.js';

/** How often the broker is asked at most how many retries wait there. */
const RETRIES_INTERVAL_MS = 5_000;

type Received = Pick<ObservedCall, 'delivery' | 'context'>;

/** What a page may show of the error of a message; undefined when nothing. */
export type ErrorView = (entry: MessageEntry) => ErrorDetail | undefined;

/** Counts the messages of one consumer, and hands them on while messages are collected. */
export class ConsumerTraffic implements DeliveryObserver {
  inHand = 0;
  readonly durations = new Durations();
  private readonly outcomes = noOutcomes();
  /** The last message that failed: each page shows of its error what it may. */
  private lastFailed: MessageEntry | undefined;
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
    const settlement = { outcome, milliseconds, error };
    if (outcome === 'failed') this.noteFailure(call, settlement);
    if (this.entries.size === 0) return;
    const entry = this.entries.get(call);
    if (!this.entries.delete(call)) return;
    if (entry) this.collected.settle(entry, settlement);
    else if (this.collected.isOpen) {
      this.collected.pass(() => this.entryOf(call), settlement, call.startedAt + milliseconds);
    }
  }

  invalid(delivery: ObservedCall['delivery'], error: Error): void {
    this.outcomes.invalid++;
    this.totals.outcomes.invalid++;
    const received = { delivery, context: undefined };
    const settlement = { outcome: 'invalid', milliseconds: 0, error } as const;
    this.noteFailure(received, settlement);
    if (!this.collected.isOpen) return;
    this.collected.topics.count(delivery.fields.routingKey);
    this.collected.pass(() => this.entryOf(received), settlement, performance.now());
  }

  /** Brings the number of retries that wait in the broker up to date; without an answer, the last number stays. */
  async countRetries(): Promise<void> {
    if (performance.now() < this.nextCount) return;
    this.nextCount = Infinity;
    try {
      this.retriesInBroker = (await this.consumer.countRetriesInBroker()) ?? this.retriesInBroker;
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

  /** @param errorOf what a page may show of an error */
  stateFor(errorOf: ErrorView): ConsumerState {
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
      ...(this.lastFailed && lastErrorFor(this.lastFailed, errorOf)),
    };
  }

  private noteFailure(received: Received, { outcome, milliseconds, error }: Settlement): void {
    this.lastFailed = new MessageEntry({ ...this.entryOf(received), seq: 0 }, 0);
    this.lastFailed.settle(outcome, milliseconds, error, 0);
  }

  private entryOf({ delivery, context }: Received): Omit<EntryInit, 'seq'> {
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

function lastErrorFor(failed: MessageEntry, errorOf: ErrorView): Pick<ConsumerState, 'lastError'> {
  const error = errorOf(failed);
  if (!error) return {};
  const { messageId } = failed.init.delivery.properties;
  return { lastError: { at: failed.receivedAt, ...error, ...(messageId !== undefined && { messageId }) } };
}
