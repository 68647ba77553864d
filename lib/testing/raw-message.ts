import type { Publication } from '../broker/index.js';
import type { MessageHeaders } from '../message/index.js';

/**
 * A message as some publisher sends it: nothing is checked, and nothing is added. `message.toJSON()` is
 * one, and so is a line of a message file.
 *
 * @publicApi
 */
export interface RawMessage {
  /** As on the wire, prefix and all. */
  topic: string;
  /** Sent as JSON; a Buffer as it is. */
  body: unknown;
  /** Default: none, which no publisher should do. */
  headers?: MessageHeaders;
  /** Default: none. */
  id?: string | null;
  /** Default: none. */
  priority?: number;
  /** Default: `utf-8`. */
  contentEncoding?: string;
}

/** What AMQP carries of it. */
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
