import type { ConsumeMessage } from '../../broker/index.js';

/** The header in which a quorum queue counts how often it has got a message back. */
const DELIVERY_COUNT_HEADER = 'x-delivery-count';

/**
 * How often a message has come back to its quorum queue, as the broker counts it. 0 at the first delivery, and for
 * queues of other types. A publisher can forge the header, but not the flag that the broker sends with a delivery.
 */
export function deliveryCountOf({
  fields,
  properties,
}: Pick<ConsumeMessage, 'fields' | 'properties'>): number {
  const count = properties.headers?.[DELIVERY_COUNT_HEADER];
  return fields.redelivered && Number.isSafeInteger(count) ? Math.max(0, count as number) : 0;
}
