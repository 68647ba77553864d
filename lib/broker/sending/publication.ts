import { AsyncResource } from 'node:async_hooks';
import type { Publication } from '../port.js';
import type { Expiring } from './deadlines.js';

/**
 * Where a publication is:
 *
 * - `waiting`: in the line, to be sent in order
 * - `inFlight`: sent, and the broker has not answered
 * - `putOff`: it would cost a channel or connection now, so it is tried again later, alone
 * - `settled`: confirmed or failed
 */
export type PublicationState = 'waiting' | 'inFlight' | 'putOff' | 'settled';

/**
 * A publication until it is confirmed or has failed. It keeps the async context of the code that made it, because the
 * code that sends it may run in another context.
 */
export class PendingPublication extends AsyncResource implements Expiring {
  state: PublicationState = 'waiting';
  /** Why the broker returned it as unroutable; its confirmation follows. */
  returned: string | undefined;
  /** Whether the broker may have it already: a channel or connection was lost before the confirmation came. */
  mayHaveArrived = false;
  /** Whether it is sent with no other in flight: a channel or connection may have died of it. */
  goesAlone = false;
  /** How many connections died without a hard error (500 and above) while it was in flight. */
  deaths = 0;
  /** How many connections died while it alone was in flight. */
  deathsAlone = 0;
  /** Whether it has been put off before. */
  wasPutOff = false;
  /** The latest reason why it is not confirmed, for the error when it is too late. */
  obstacle: string | undefined;

  /**
   * @param timeout the time limit that led to the deadline, in milliseconds; errors name it
   * @param onSettled called first when the publication is settled, with its previous state
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
