import { expect } from 'vitest';
import type { FedoraMessagingEvent, FedoraMessagingService } from '../../../lib/index.js';
import type { Receipt } from './ledger.js';

/** The least evidence of a fault: a test whose fault did not happen fails. */
export interface Proof {
  /** The number of lost connections. */
  readonly disconnections?: number;
  /** A text in the reason of at least one of these losses. */
  readonly reason?: RegExp;
  /** How often the broker told a connection that it accepts no messages. */
  readonly blocked?: number;
  /** The number of messages that came again because they were not acknowledged the first time. */
  readonly redeliveries?: number;
  /** Whether the fault was seen, if none of the above shows it. */
  readonly seen?: boolean;
  /** An event that the test has waited for, and that only the fault causes. */
  readonly awaited?: string;
}

/** The events of connections and consumers since the traffic began. */
export class Evidence {
  private readonly events: FedoraMessagingEvent[] = [];

  constructor(
    service: FedoraMessagingService,
    private readonly receipts: readonly Receipt[],
  ) {
    service.events$.subscribe((event) => this.events.push(event));
  }

  /** Fails unless the fault happened at least as often as the evidence says. */
  expect(proof: Proof): void {
    const { disconnections, reason, blocked, redeliveries, seen } = proof;
    expect(Object.keys(proof), 'a fault needs a proof that it happened').not.toEqual([]);
    const reasons = this.events.flatMap((event) => (event.type === 'disconnected' ? [event.reason] : []));
    if (disconnections !== undefined) expect(reasons.length).toBeGreaterThanOrEqual(disconnections);
    if (reason) expect(reasons).toContainEqual(expect.stringMatching(reason));
    if (blocked !== undefined) {
      const times = this.events.filter(({ type }) => type === 'blocked').length;
      expect(times).toBeGreaterThanOrEqual(blocked);
    }
    if (redeliveries !== undefined) {
      const again = this.receipts.filter(({ isRedelivered }) => isRedelivered).length;
      expect(again).toBeGreaterThanOrEqual(redeliveries);
    }
    if (seen !== undefined) expect(seen, 'the fault was seen').toBe(true);
  }
}
