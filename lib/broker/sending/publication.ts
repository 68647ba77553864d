import { AsyncResource } from 'node:async_hooks';
import type { Expiring } from './deadlines.js';
import type { PublishProperties } from '../port.js';

/** What is to be published. */
export interface Publication {
  readonly exchange: string;
  readonly routingKey: string;
  readonly content: Buffer;
  readonly properties: PublishProperties;
}

/** Who has a publication on its way. */
export interface PublicationOwner {
  /** It has been settled. */
  onSettled(pending: PendingPublication): void;
}

/**
 * A publication on its way, until the broker confirms or refuses it, or it is too late. It keeps the async
 * context it was made in, because something else may be what has it sent in the end.
 */
export class PendingPublication extends AsyncResource implements Expiring {
  /** Settled publications are skipped where they still stand in a queue. */
  isSettled = false;
  /** Why the broker returned it as unroutable; its confirmation follows. */
  returned: string | undefined;
  /** It was sent on a connection that died before the broker confirmed: the broker may have it. */
  mayHaveArrived = false;
  /** A channel or connection may have died of it, so it is sent with no other in flight. */
  isDoubtful = false;
  /** How many connections died without a word while it was in flight. */
  deaths = 0;
  /** How many connections died while it alone was in flight. */
  deathsAlone = 0;
  /** A channel or connection has died of it, or would: it has been put off, to be tried again alone. */
  isSuspect = false;
  /** What stood in its way last, for the error when it is too late. */
  obstacle: string | undefined;

  /** @param timeout what the deadline was made of, in milliseconds, for errors */
  constructor(
    readonly publication: Publication,
    readonly deadline: number,
    readonly timeout: number,
    private readonly owner: PublicationOwner,
    private readonly onConfirmed: () => void,
    private readonly onFailed: (error: Error) => void,
  ) {
    super('FedoraMessagingPublication');
  }

  confirm(): void {
    if (this.settle()) this.onConfirmed();
  }

  fail(error: Error): void {
    if (this.settle()) this.onFailed(error);
  }

  private settle(): boolean {
    if (this.isSettled) return false;
    this.isSettled = true;
    this.owner.onSettled(this);
    return true;
  }
}
