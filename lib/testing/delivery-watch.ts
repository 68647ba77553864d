import { setImmediate } from 'node:timers';
import type { EmbeddedDelivery, Settlement } from '../broker/embedded/index.js';
import type { Publication } from '../broker/index.js';
import { purposeOfCopy } from '../consuming/index.js';
import type { DeliveryOutcome } from './delivery-outcome.js';

/** Watches one message in one queue, until it is known what became of it. */
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

  /** Nobody consumes its queue, which may be gone. */
  onUnconsumed(isQueueThere: boolean): void {
    if (!this.isDelivered) this.settle(() => (isQueueThere ? 'queued' : 'stop'));
  }

  onDelivered(): void {
    this.isDelivered = true;
  }

  /** The application has published something: a copy of the message, perhaps. */
  onPublished(published: Publication): void {
    const { content, properties } = published;
    const isCopy =
      properties.messageId === this.publication.properties.messageId &&
      content.equals(this.publication.content);
    if (isCopy) this.copiedTo ??= purposeOfCopy(published);
  }

  onSettled({ consumer }: EmbeddedDelivery, settlement: Settlement): void {
    // A consumer that is being stopped from outside is cancelled before the message in hand is settled; one
    // that stops because of the message right after that.
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

  /** The first time counts. What the consumer does because of it is done within the turn. */
  private settle(outcome: () => DeliveryOutcome): void {
    if (this.isSettled) return;
    this.isSettled = true;
    setImmediate(() => this.resolve(outcome()));
  }
}
