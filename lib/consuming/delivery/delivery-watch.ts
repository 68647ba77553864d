import type { ConsumeMessage } from '../../broker/index.js';

/** Told what becomes of the deliveries of a channel. */
export interface DeliveryWatch {
  delivered(delivery: ConsumeMessage): void;
  /** The delivery stays unacknowledged while it waits for its next attempt. May be called more than once. */
  waits(delivery: ConsumeMessage): void;
  /**
   * Called before the broker is told.
   *
   * @param isGone whether the message leaves its queue; if not, it comes again
   */
  settled(delivery: ConsumeMessage, isGone: boolean): void;
}
