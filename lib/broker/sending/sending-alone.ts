import type { PendingPublication } from './publication.js';

/** How long to wait, in milliseconds. A broker takes less time to refuse a message. */
const PATIENCE_MS = 1_000;

/**
 * Keeps a publication alone in flight: when a channel or connection dies of it, no other has to be sent again. It waits
 * for the others for a second at most, and the others wait for it for a second at most: a queue that has lost its
 * majority confirms nothing.
 */
export class SendingAlone {
  private loner: PendingPublication | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isImpatient = false;

  /**
   * @param onImpatient called after a second of waiting: with the publication that is alone in flight, or without an
   *   argument when a publication waits to be sent alone
   */
  constructor(private readonly onImpatient: (loner?: PendingPublication) => void) {}

  /** Whether a publication is alone in flight: no other may be sent. */
  get isUnderWay(): boolean {
    return this.loner !== undefined;
  }

  /**
   * Whether a publication may be sent alone now. If not, the wait for the others begins.
   *
   * @param others how many publications are in flight
   */
  mayStart(others: number): boolean {
    if (others === 0 || this.isImpatient) return true;
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.isImpatient = true;
      this.onImpatient();
    }, PATIENCE_MS);
    return false;
  }

  start(loner: PendingPublication): void {
    this.stop();
    this.loner = loner;
    this.timer = setTimeout(() => {
      this.stop();
      this.onImpatient(loner);
    }, PATIENCE_MS);
  }

  /** A publication is no longer in flight. */
  noteSettled(pending: PendingPublication): void {
    if (this.loner === pending) this.stop();
  }

  /** Ends the sending alone and any waiting: `onImpatient` is not called. */
  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.loner = undefined;
    this.isImpatient = false;
  }
}
