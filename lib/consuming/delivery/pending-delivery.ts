import { AsyncResource } from 'node:async_hooks';
import type { ConsumeMessage } from '../../broker/index.js';
import type { Acknowledgements } from './acknowledgements.js';

/**
 * A delivery until it is settled, with what acknowledges it. It keeps the async context it came in, where
 * tracing says which message it is, because others may have to be handled first.
 */
export class PendingDelivery extends AsyncResource {
  /** How often it has failed in this process, and has waited for its next turn here. */
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
