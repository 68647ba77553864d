import type { Publication } from '../broker/index.js';
import type { MessageHeaders } from '../message/index.js';

/**
 * A message that is sent as it is: nothing is checked, and nothing is added. The result of `message.toJSON()` is a
 * raw message, and so is a line of a message file.
 *
 * @publicApi
 */
export interface RawMessage {
  /** The topic on the wire, with its prefix. */
  topic: string;
  /** Sent as JSON; a Buffer is sent unchanged. */
  body: unknown;
  /** Default: no headers, which no real publisher should send. */
  headers?: MessageHeaders;
  /** Default: none. */
  id?: string | null;
  /** Default: none. */
  priority?: number;
  /** Default: `utf-8`. */
  contentEncoding?: string;
}

/** The raw message in AMQP's terms. */
export function encodeRaw(message: RawMessage): Omit<Publication, 'exchange'> {
  const { topic, body, headers, id, priority, contentEncoding = 'utf-8' } = message;
  return {
    routingKey: topic,
    content: Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body)),
    properties: {
      contentType: 'application/json',
      contentEncoding,
      deliveryMode: 2,
      messageId: id ?? undefined,
      priority,
      headers: headers && { ...headers },
    },
  };
}
