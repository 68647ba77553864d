import { type BrokerConnection, InterruptedDeclaration } from '../../broker/index.js';
import type { LibraryLogger } from '../../logging/index.js';
import { settlesBefore } from '../../time-limits/index.js';
import type { ConsumerPlan } from '../consumer-plan.js';
import type { StreamPosition } from '../delivery/stream-position.js';
import { Subscription, type SubscriptionSettings } from './subscription.js';

/** A subscription that is being opened. */
interface Opening {
  /** The error with which the broker closed the connection meanwhile. */
  refusal: Error | undefined;
  /** Whether no other subscription was being opened then. */
  wasAlone: boolean;
}

/**
 * Opens the subscriptions of a connection, and finds out whose declaration made the broker close the connection. The
 * broker does not say that: if several consumers were declaring, each of them declares again alone.
 */
export class Openings {
  private readonly underWay = new Set<Opening>();
  /** Plans whose declaration may be to blame for a closed connection. */
  private readonly suspects = new WeakSet<ConsumerPlan>();
  /** The ends of the openings that may happen at the same time. */
  private readonly shared = new Set<Promise<void>>();
  /** The end of the last opening of a suspect, and of all before it. */
  private lastSuspect: Promise<void> = Promise.resolve();

  constructor(
    private readonly connection: BrokerConnection,
    readonly settings: SubscriptionSettings,
    private readonly logger: LibraryLogger,
  ) {
    connection.on('refused', (refusal) => {
      for (const opening of this.underWay) {
        opening.refusal = refusal;
        opening.wasAlone = this.underWay.size === 1;
      }
    });
  }

  /**
   * Subscribes on the current connection or the next one. A suspect waits for the openings under way, and later
   * openings wait for it.
   *
   * @returns undefined when the signal aborts first
   * @throws BadDeclaration, PermissionException, ConnectionException
   */
  open(
    plan: ConsumerPlan,
    position: StreamPosition | undefined,
    signal: AbortSignal,
  ): Promise<Subscription | undefined> {
    const isSuspect = this.suspects.has(plan);
    const earlier = isSuspect ? Promise.all([this.lastSuspect, ...this.shared]) : this.lastSuspect;
    const opened = settlesBefore(earlier, signal).then((isFree) =>
      isFree ? this.openNow(plan, position, signal) : undefined,
    );
    const end = opened.then(
      () => undefined,
      () => undefined,
    );
    if (isSuspect) {
      // Without the results, which would keep those of all suspects before it.
      this.lastSuspect = Promise.all([earlier, end]).then(() => undefined);
    } else {
      this.shared.add(end);
      void end.then(() => this.shared.delete(end));
    }
    return opened;
  }

  private async openNow(
    plan: ConsumerPlan,
    position: StreamPosition | undefined,
    signal: AbortSignal,
  ): Promise<Subscription | undefined> {
    if (signal.aborted) return undefined;
    const connecting = this.connection.connect();
    if (!(await settlesBefore(connecting, signal))) return undefined;
    const connection = await connecting;
    const opening: Opening = { refusal: undefined, wasAlone: false };
    this.underWay.add(opening);
    try {
      const subscription = await Subscription.open(connection, plan, this.settings, this.logger, position);
      this.suspects.delete(plan);
      if (!signal.aborted) return subscription;
      await subscription.close();
      return undefined;
    } catch (error) {
      const { refusal, wasAlone } = opening;
      if (!refusal || !(error instanceof InterruptedDeclaration)) throw error;
      if (wasAlone) throw error.because(refusal);
      this.suspects.add(plan);
      throw refusal;
    } finally {
      this.underWay.delete(opening);
    }
  }
}
