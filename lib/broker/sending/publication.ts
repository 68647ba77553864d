import { AsyncResource } from 'node:async_hooks';
import type { Publication } from '../port.js';
import type { Expiring } from './deadlines.js';

/**
 * Where a publication is:
 *
 * - `waiting`: in the line, to be sent in order
 * - `inFlight`: sent, and the broker has not answered
 * - `putOff`: it would cost a channel now, and is tried again alone, later
 * - `settled`: confirmed or failed
 */
export type PublicationState = 'waiting' | 'inFlight' | 'putOff' | 'settled';

/**
 * A publication on its way, until the broker confirms or refuses it, or it is too late. It keeps the async
 * context it was made in, because something else may be what has it sent in the end.
 */
export class PendingPublication extends AsyncResource implements Expiring {
  state: PublicationState = 'waiting';
  /** Why the broker returned it as unroutable; its confirmation follows. */
  returned: string | undefined;
  /** It was sent on a connection that died before the broker confirmed: the broker may have it. */
  mayHaveArrived = false;
  /** A channel or connection may have died of it, so it is sent with no other in flight. */
  goesAlone = false;
  /** How many connections died without a word while it was in flight. */
  deaths = 0;
  /** How many connections died while it alone was in flight. */
  deathsAlone = 0;
  /** It has been put off before. */
  wasPutOff = false;
  /** What stood in its way last, for the error when it is too late. */
  obstacle: string | undefined;

  /**
   * @param timeout what the deadline was made of, in milliseconds, for errors
   * @param onSettled told first when it is settled, with the state that it was in
   */
  constructor(
    readonly publication: Publication,
    readonly deadline: number,
    readonly timeout: number,
    private readonly onSettled: (pending: PendingPublication, before: PublicationState) => void,
    private readonly onConfirmed: () => void,
    private readonly onFailed: (error: Error) => void,
  ) {
    super('FedoraMessagingPublication');
  }

  /** Whether it has been sent, now or earlier: the broker may have it. */
  get wasSent(): boolean {
    return this.mayHaveArrived || this.state === 'inFlight';
  }

  /** How many bytes its body has. */
  get size(): number {
    return this.publication.content.length;
  }

  confirm(): void {
    if (this.settle()) this.onConfirmed();
  }

  fail(error: Error): void {
    if (this.settle()) this.onFailed(error);
  }

  private settle(): boolean {
    const before = this.state;
    if (before === 'settled') return false;
    this.state = 'settled';
    this.onSettled(this, before);
    return true;
  }
}
