import { settlesWithin } from '../../time-limits/index.js';
import type { Channel, Closable } from '../port.js';

/** How long a closing handshake may take, in milliseconds, before it is given up. */
export const CLOSE_TIMEOUT = 5_000;

/**
 * Closes a connection or a channel, and resolves when it is closed. The handshake or any other event may close it;
 * amqplib's own promise would not tell of other events. It may be closed already.
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
 * Closes a channel, which may be closed already. Unacknowledged messages go back to their queues. When the broker does
 * not answer in time, they go back when the connection ends.
 */
export async function closeChannel(channel: Channel): Promise<void> {
  await settlesWithin(closed(channel), CLOSE_TIMEOUT);
}
