import { AsyncResource } from 'node:async_hooks';
import type { ConsumeMessage } from '../../broker/index.js';
import type { Acknowledgements } from './acknowledgements.js';

/**
 * A delivery that is not settled yet, with the acknowledgements of its channel. It keeps the async context in which
 * it arrived, because it may wait for other deliveries: tracing finds the message in that context.
 */
export class PendingDelivery extends AsyncResource {
  /** How often the message has failed in this process and was then retried here. */
  failures = 0;

  constructor(
    readonly delivery: ConsumeMessage,
    readonly acknowledgements: Acknowledgements,
  ) {
    super('FedoraMessagingDelivery');
  }

  /** Puts the message back into its queue, unless it has been settled. */
  giveBack(): void {
    if (!this.acknowledgements.isSettled(this.delivery)) this.acknowledgements.requeue(this.delivery);
  }
}
