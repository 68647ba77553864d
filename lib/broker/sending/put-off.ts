import { BackOff } from '../connection/index.js';
import type { PendingPublication } from './publication.js';

const FIRST_DELAY_MS = 100;
const MAX_DELAY_MS = 2_000;

/**
 * Publications that a channel or connection has died of, or would, but that may pass later. They are tried one at a time,
 * alone, after delays that grow until one passes, so that no other has to be sent twice when it happens again.
 */
export class PutOff implements Iterable<PendingPublication> {
  private readonly members = new Set<PendingPublication>();
  private timer: NodeJS.Timeout | undefined;
  /** How long they wait now, in milliseconds. */
  private delay = 0;
  private readonly backOff = new BackOff(FIRST_DELAY_MS, MAX_DELAY_MS);

  /** @param onDue called when one is to be tried */
  constructor(private readonly onDue: () => void) {}

  get size(): number {
    return this.members.size;
  }

  /** Whether one is to be tried now, before anything else is sent. */
  get isDue(): boolean {
    return this.members.size > 0 && this.timer === undefined;
  }

  add(pending: PendingPublication): void {
    if (this.members.size === 0 && !pending.wasPutOff) this.backOff.reset();
    pending.state = 'putOff';
    pending.wasPutOff = true;
    this.members.add(pending);
    if (this.timer) return;
    this.delay = this.backOff.next();
    this.start();
  }

  /** The one that has waited longest. */
  get first(): PendingPublication | undefined {
    return this.members.values().next().value;
  }

  /** There is a new channel: others are sent on it first, for as long as these wait. */
  restart(): void {
    if (this.members.size === 0) return;
    clearTimeout(this.timer);
    this.start();
  }

  delete(pending: PendingPublication): void {
    this.members.delete(pending);
  }

  /** The broker has answered one of them. */
  notePassed(): void {
    this.backOff.reset();
  }

  /** Nothing is called any more. */
  stop(): void {
    clearTimeout(this.timer);
  }

  private start(): void {
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.onDue();
    }, this.delay);
  }

  [Symbol.iterator](): Iterator<PendingPublication> {
    return this.members.values();
  }
}
