import type { DeliveryObserver, DeliveryOutcome, ObservedCall } from '../consuming/index.js';

/** The labels by which messages are counted separately. */
export interface ConsumerLabels {
  readonly bus: string;
  readonly queue: string;
  readonly consumer: string;
}

/** Counts the outcomes of deliveries in plain numbers, which are read only at a scrape. */
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

  handled(_call: ObservedCall, outcome: DeliveryOutcome, milliseconds: number): void {
    this.inHand--;
    this.outcomes[outcome]++;
    this.onDuration(this.labels, milliseconds / 1000);
  }
}
