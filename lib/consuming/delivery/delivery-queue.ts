import { toError } from '../../exceptions/index.js';
import { Fifo } from '../../fifo/index.js';
import type { Verdict } from './delivery-handler.js';
import type { PendingDelivery } from './pending-delivery.js';

/** Starts deliveries in order, at most `concurrency` at the same time. */
export class DeliveryQueue {
  private readonly waiting = new Fifo<PendingDelivery>();
  private inHand = 0;
  /** Whether a delivery was started since the last {@link takeActivity}. */
  private hasBegun = false;
  private idle: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;

  /**
   * @param handle handles one delivery; returns a promise only when that needs time
   * @param concurrency how many deliveries are handled at the same time
   * @param mayGoOn whether the next delivery may be started
   * @param onVerdict told the error that stops the consumer, and the delivery it is about
   */
  constructor(
    private readonly handle: (pending: PendingDelivery) => Verdict | Promise<Verdict>,
    private readonly concurrency: number,
    private readonly mayGoOn: () => boolean,
    private readonly onVerdict: (reason: Error, pending: PendingDelivery) => void,
  ) {}

  add(pending: PendingDelivery): void {
    this.waiting.add(pending);
    this.begin();
  }

  /** Removes the deliveries that wait, and returns them: the broker delivers them again. */
  clear(): PendingDelivery[] {
    return this.waiting.takeAll();
  }

  /** Whether no delivery is in hand. */
  get isIdle(): boolean {
    return this.inHand === 0;
  }

  /** Resolves when no delivery is in hand; undefined when that is so already. */
  whenIdle(): Promise<void> | undefined {
    if (this.isIdle) return undefined;
    if (!this.idle) {
      let resolve!: () => void;
      this.idle = { promise: new Promise<void>((onResolve) => (resolve = onResolve)), resolve };
    }
    return this.idle.promise;
  }

  /** Whether a delivery was in hand since the previous call. */
  takeActivity(): boolean {
    const wasAtWork = this.hasBegun || this.inHand > 0;
    this.hasBegun = false;
    return wasAtWork;
  }

  private begin(): void {
    while (this.inHand < this.concurrency && this.mayGoOn()) {
      const pending = this.waiting.take();
      if (!pending) return;
      // A handler may call this method indirectly, so the counters change first.
      this.inHand++;
      this.hasBegun = true;
      const verdict = this.verdictOn(pending);
      if (verdict instanceof Promise) {
        verdict.then(
          (late) => this.settledLate(pending, late),
          (error: unknown) => this.settledLate(pending, toError(error)),
        );
      } else {
        this.settled(pending, verdict);
      }
    }
  }

  /** An error while settling stops the consumer: the message goes back with the channel. */
  private verdictOn(pending: PendingDelivery): Verdict | Promise<Verdict> {
    try {
      return pending.runInAsyncScope(this.handle, undefined, pending);
    } catch (error) {
      return toError(error);
    }
  }

  private settledLate(pending: PendingDelivery, verdict: Verdict): void {
    this.settled(pending, verdict);
    this.begin();
  }

  private settled(pending: PendingDelivery, verdict: Verdict): void {
    this.inHand--;
    if (verdict) this.onVerdict(verdict, pending);
    if (this.inHand > 0) return;
    this.idle?.resolve();
    this.idle = undefined;
  }
}
