import { settlesWithin } from '../../time-limits/index.js';
import type { Channel, Closable } from '../port.js';

/** How long a closing handshake may take, in milliseconds, before it is given up. */
export const CLOSE_TIMEOUT = 5_000;

/**
 * Closes a connection or a channel, and resolves when it is closed: by the handshake, or by whatever else
 * happens to it meanwhile, which amqplib's own promise would not tell. One that is closed already is fine.
 */
export function closed(closable: Closable): Promise<void> {
  return new Promise((resolve) => {
    closable.once('close', () => resolve());
    closable.close().then(
      () => resolve(),
      () => resolve(),
    );
  });
}

/**
 * Closes a channel, also one that is closed already. What it has not acknowledged goes back; where the
 * broker does not answer in time, when the connection goes.
 */
export async function closeChannel(channel: Channel): Promise<void> {
  await settlesWithin(closed(channel), CLOSE_TIMEOUT);
}
