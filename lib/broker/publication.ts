import { AsyncResource } from 'node:async_hooks';
import type { Options } from 'amqplib';
import type { Expiring } from './deadlines.js';

/** What is to be published. */
export interface Publication {
  readonly exchange: string;
  readonly routingKey: string;
  readonly content: Buffer;
  readonly properties: Options.Publish;
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
  /** How often the broker closed a channel because of it. */
  refusals = 0;
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
