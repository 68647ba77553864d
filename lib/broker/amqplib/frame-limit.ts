import { sizeOfTable } from '../../field-tables/index.js';
import type { PublishProperties } from '../port.js';

/** How many bytes of properties amqplib writes at most. */
const MAX_PROPERTIES_BYTES = 64 * 1024;
/**
 * The bytes of a frame besides the values of the properties: header and end of the frame, class, size of the body,
 * flags.
 */
const OVERHEAD_BYTES = 22;

/**
 * Refuses properties that need a larger frame than the connection allows: the broker would close the connection.
 *
 * @param frameMax in bytes, as negotiated
 * @throws RangeError
 * @see https://www.rabbitmq.com/resources/specs/amqp0-9-1.pdf section 4.2.6.1
 */
export function assertFitsFrame(properties: PublishProperties, frameMax: number): void {
  if (frameMax >= MAX_PROPERTIES_BYTES + OVERHEAD_BYTES) return;
  const size = frameSizeOf(properties);
  if (size <= frameMax) return;
  throw new RangeError(
    `the properties need a frame of ${size} bytes, but the connection allows ${frameMax} (frame_max): send fewer or shorter headers`,
  );
}

function frameSizeOf({ headers, deliveryMode, priority, timestamp, ...texts }: PublishProperties): number {
  let size = OVERHEAD_BYTES;
  if (headers) size += sizeOfTable(headers);
  if (deliveryMode !== undefined) size += 1;
  if (priority !== undefined) size += 1;
  if (timestamp !== undefined) size += 8;
  for (const text of Object.values(texts))
    if (typeof text === 'string' || typeof text === 'number') size += 1 + Buffer.byteLength(String(text));
  return size;
}
