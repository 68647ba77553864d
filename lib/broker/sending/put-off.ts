import { BackOff } from '../connection/index.js';
import type { PendingPublication } from './publication.js';

const FIRST_DELAY_MS = 100;
const MAX_DELAY_MS = 2_000;

/**
 * Publications that cost a channel or connection, or would, but may pass later. They are tried one at a time, with no
 * other in flight, so that no other has to be sent twice. The delays between the tries grow until one publication
 * passes.
 */
export class PutOff implements Iterable<PendingPublication> {
  private readonly members = new Set<PendingPublication>();
  private timer: NodeJS.Timeout | undefined;
  /** The delay before the next try, in milliseconds. */
  private delay = 0;
  private readonly backOff = new BackOff(FIRST_DELAY_MS, MAX_DELAY_MS);

  /** @param onDue called when a publication is to be tried */
  constructor(private readonly onDue: () => void) {}

  get size(): number {
    return this.members.size;
  }

  /** Whether a publication is to be tried now, before anything else is sent. */
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

  /** The publication that has waited longest; undefined when none waits. */
  get first(): PendingPublication | undefined {
    return this.members.values().next().value;
  }

  /** Begins the delay again, because there is a new channel: other publications are sent on it first. */
  restart(): void {
    if (this.members.size === 0) return;
    clearTimeout(this.timer);
    this.start();
  }

  delete(pending: PendingPublication): void {
    this.members.delete(pending);
  }

  /** The broker has answered a publication that was put off. */
  notePassed(): void {
    this.backOff.reset();
  }

  /** Stops the timer: `onDue` is not called. */
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
