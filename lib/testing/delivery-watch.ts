import { setImmediate } from 'node:timers';
import type { EmbeddedDelivery, Settlement } from '../broker/embedded/index.js';
import type { Publication } from '../broker/index.js';
import { purposeOfCopy } from '../consuming/index.js';
import type { DeliveryOutcome } from './delivery-outcome.js';

/** Watches one message in one queue until its outcome is known. */
export class DeliveryWatch {
  readonly outcome: Promise<DeliveryOutcome>;
  private resolve!: (outcome: DeliveryOutcome) => void;
  private isDelivered = false;
  private isSettled = false;
  private copiedTo: 'retry' | 'park' | undefined;

  constructor(
    readonly queue: string,
    private readonly publication: Publication,
  ) {
    this.outcome = new Promise((resolve) => (this.resolve = resolve));
  }

  /** The queue has no consumer, or does not exist any more. */
  onUnconsumed(isQueueThere: boolean): void {
    if (!this.isDelivered) this.settle(() => (isQueueThere ? 'queued' : 'stop'));
  }

  onDelivered(): void {
    this.isDelivered = true;
  }

  /** The application has published a message, which may be a copy of the watched message. */
  onPublished(published: Publication): void {
    const { content, properties } = published;
    const isCopy =
      properties.messageId === this.publication.properties.messageId &&
      content.equals(this.publication.content);
    if (isCopy) this.copiedTo ??= purposeOfCopy(published);
  }

  onSettled({ consumer }: EmbeddedDelivery, settlement: Settlement): void {
    // If the consumer is stopped from outside, it is cancelled before the message in hand is settled. If it stops
    // because of the message, it is cancelled right after.
    const wasCancelled = consumer.isCancelled;
    this.settle(() => {
      const halts = consumer.isCancelled && !wasCancelled;
      switch (settlement) {
        case 'ack':
          return this.copiedTo ?? (halts ? 'halt' : 'ack');
        case 'requeue':
          return halts ? 'halt-requeue' : 'requeue';
        case 'reject':
          return 'reject';
        case 'release':
          return 'stop';
      }
    });
  }

  /** Only the first settlement counts. The outcome is read after this turn, in which the consumer reacts to it. */
  private settle(outcome: () => DeliveryOutcome): void {
    if (this.isSettled) return;
    this.isSettled = true;
    setImmediate(() => this.resolve(outcome()));
  }
}
