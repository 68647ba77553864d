import type { PendingPublication } from './publication.js';

/** How long one side waits for the other, in milliseconds: longer than a broker takes to refuse a message. */
const PATIENCE_MS = 1_000;

/**
 * Has a publication travel with no other in flight, so that a channel or connection that dies of it costs no other. Neither
 * waits for the other for longer than a second: a queue that has lost its majority confirms nothing.
 */
export class SendingAlone {
  private loner: PendingPublication | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isImpatient = false;

  /**
   * @param onImpatient called when somebody has waited for long enough: with the publication that has travelled alone for so
   *   long, or with none when that waits itself
   */
  constructor(private readonly onImpatient: (loner?: PendingPublication) => void) {}

  /** Whether a publication is travelling alone: no other may be sent. */
  get isUnderWay(): boolean {
    return this.loner !== undefined;
  }

  /** Whether a publication may start, where so many others are in flight; if not, the others are waited for. */
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

  /** Nobody travels alone, or waits to, and nothing is called. */
  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.loner = undefined;
    this.isImpatient = false;
  }
}
