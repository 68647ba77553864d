import type { Delivery } from './delivery.js';
import type { Verdict } from './delivery-handler.js';

/** Where deliveries wait until it is their turn: they are handled in order, so many at a time. */
export class DeliveryQueue {
  /** From `head` on; those before it have been begun, and are let go of. */
  private waiting: (Delivery | undefined)[] = [];
  private head = 0;
  private inHand = 0;
  private idle: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;

  /**
   * @param handle handles one delivery; a promise only where that needs time
   * @param concurrency how many are handled at the same time
   * @param mayGoOn whether the next one may be begun
   * @param onVerdict told what the consumer has to stop with
   */
  constructor(
    private readonly handle: (delivery: Delivery) => Verdict | Promise<Verdict>,
    private readonly concurrency: number,
    private readonly mayGoOn: () => boolean,
    private readonly onVerdict: (reason: Error) => void,
  ) {}

  add(delivery: Delivery): void {
    this.waiting.push(delivery);
    this.next();
  }

  /** Forgets those that have not been begun: the broker delivers them again. */
  clear(): void {
    this.waiting = [];
    this.head = 0;
  }

  /** Resolves when none is in hand; undefined when that is so already. */
  whenIdle(): Promise<void> | undefined {
    if (this.inHand === 0) return undefined;
    if (!this.idle) {
      let resolve!: () => void;
      this.idle = { promise: new Promise<void>((onResolve) => (resolve = onResolve)), resolve };
    }
    return this.idle.promise;
  }

  private next(): void {
    while (this.inHand < this.concurrency && this.head < this.waiting.length && this.mayGoOn()) {
      const delivery = this.waiting[this.head]!;
      this.waiting[this.head++] = undefined;
      if (this.head === this.waiting.length) this.clear();
      // A handler may come here again, through what it calls.
      this.inHand++;
      const verdict = delivery.runInAsyncScope(this.handle, undefined, delivery);
      if (verdict instanceof Promise) {
        verdict.then(this.onSettled, this.onBroken);
      } else {
        this.settled(verdict);
      }
    }
  }

  private readonly onSettled = (verdict: Verdict): void => {
    this.settled(verdict);
    this.next();
  };

  private readonly onBroken = (error: unknown): void => this.onSettled(error as Error);

  private settled(verdict: Verdict): void {
    this.inHand--;
    if (verdict) this.onVerdict(verdict);
    if (this.inHand > 0) return;
    this.idle?.resolve();
    this.idle = undefined;
  }
}
