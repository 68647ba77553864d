import type { DeliveryObserver, DeliveryOutcome } from '../consuming/index.js';

/** By what the messages are counted apart. */
export interface ConsumerLabels {
  readonly bus: string;
  readonly queue: string;
  readonly consumer: string;
}

/** Counts what becomes of deliveries, in plain numbers: they are read only when they are scraped. */
export class ConsumerCounts implements DeliveryObserver {
  receivedCount = 0;
  inHand = 0;
  readonly outcomes = { processed: 0, dropped: 0, rejected: 0, failed: 0, invalid: 0 };

  constructor(
    readonly labels: ConsumerLabels,
    private readonly onInvalid: () => void,
    private readonly onDuration: (labels: ConsumerLabels, seconds: number) => void,
  ) {}

  invalid(): void {
    this.outcomes.invalid++;
    this.onInvalid();
  }

  received(): void {
    this.receivedCount++;
    this.inHand++;
  }

  handled(outcome: DeliveryOutcome, milliseconds: number): void {
    this.inHand--;
    this.outcomes[outcome]++;
    this.onDuration(this.labels, milliseconds / 1000);
  }
}
