import type { ConsumeMessage } from '../../broker/index.js';

/** Told what becomes of the deliveries of a channel. */
export interface DeliveryWatch {
  delivered(delivery: ConsumeMessage): void;
  /** The delivery stays unacknowledged while it waits for its next attempt. May be called more than once. */
  waits(delivery: ConsumeMessage): void;
  /** @param isGone whether the message has left its queue; if not, it comes again */
  settled(delivery: ConsumeMessage, isGone: boolean): void;
}
