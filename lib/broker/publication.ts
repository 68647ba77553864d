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

  constructor(
    readonly publication: Publication,
    readonly deadline: number,
    private readonly settled: (pending: PendingPublication) => void,
    private readonly onExpired: (pending: PendingPublication) => void,
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

  expire(): void {
    if (!this.isSettled) this.onExpired(this);
  }

  private settle(): boolean {
    if (this.isSettled) return false;
    this.isSettled = true;
    this.settled(this);
    return true;
  }
}
