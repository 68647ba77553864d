import type { JsonSchema } from '../../json-schema/index.js';
import { SCHEMA_HEADER, SCHEMA_PACKAGE_HEADER, SENT_AT_HEADER, SEVERITY_HEADER } from '../message-headers.js';
import { SEVERITIES } from '../severity.js';

/** The JSON Schema of the headers of every message. */
export const BASE_HEADERS_SCHEMA: JsonSchema = {
  $schema: 'http://json-schema.org/draft-04/schema#',
  description: 'The headers of a Fedora message',
  type: 'object',
  properties: {
    [SCHEMA_HEADER]: { type: 'string' },
    [SCHEMA_PACKAGE_HEADER]: { type: 'string' },
    [SEVERITY_HEADER]: { type: 'number', enum: SEVERITIES },
    [SENT_AT_HEADER]: { type: 'string' },
  },
};

/** The JSON Schema of the body of every message. */
export const BASE_BODY_SCHEMA: JsonSchema = {
  $schema: 'http://json-schema.org/draft-04/schema#',
  description: 'The body of a Fedora message',
  type: 'object',
};

/**
 * The JSON Schema of one line of a message file. `dumps` writes such lines; `loads` and the `fedora-messaging` command
 * read them.
 *
 * @publicApi
 */
export const SERIALIZED_MESSAGE_SCHEMA: JsonSchema = {
  $schema: 'http://json-schema.org/draft-04/schema#',
  description: 'A Fedora message in a file, one a line',
  type: 'object',
  properties: {
    topic: { type: 'string', description: 'The message topic' },
    headers: BASE_HEADERS_SCHEMA,
    id: { type: 'string', description: 'The UUID of the message' },
    body: { type: 'object', description: 'The message body' },
    queue: { type: ['string', 'null'], description: 'The queue the message arrived on, if any' },
    priority: { type: ['integer', 'null'], description: 'The AMQP priority, if any' },
  },
  required: ['topic', 'body'],
};
