import type { Outbox } from '../../broker/index.js';
import { failureReason } from '../../monitoring/index.js';
import type { PublishObserver } from '../../publishing/index.js';
import type { PublishingState } from '../protocol.js';
import { Durations } from './durations.js';
import type { Totals } from './totals.js';

/** Counts the publishes of one bus. */
export class PublishingTraffic implements PublishObserver {
  readonly latency = new Durations();
  private confirmedCount = 0;
  private readonly failures: Record<string, number> = {};

  constructor(
    private readonly bus: string,
    private readonly outbox: Pick<Outbox, 'unanswered' | 'outstanding'>,
    private readonly totals: Totals,
  ) {}

  confirmed(milliseconds: number): void {
    this.confirmedCount++;
    this.totals.published++;
    this.latency.record(milliseconds);
  }

  failed(error: Error): void {
    const reason = failureReason(error);
    this.failures[reason] = (this.failures[reason] ?? 0) + 1;
    this.totals.failedPublishes++;
  }

  get state(): PublishingState {
    const { unanswered, outstanding } = this.outbox;
    return {
      bus: this.bus,
      inFlight: unanswered,
      waiting: outstanding - unanswered,
      confirmed: this.confirmedCount,
      failed: this.failures,
      latency: this.latency.percentiles,
    };
  }
}
