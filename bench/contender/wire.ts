import { randomUUID } from 'node:crypto';
import { packagesOf, type UpdateBody } from './update-body.js';
import type { Validation } from './protocol.js';

export const EXCHANGE = 'amq.topic';
export const SCHEMA_PACKAGE = 'bench-messages';

/** The schema's name decides the class of a message, and so its validation. */
export const SCHEMA_NAMES: Record<Validation, string> = {
  'json-schema': 'bench.update.json-schema',
  'class-validator': 'bench.update.class-validator',
};

/** The AMQP properties of a message, as all contenders write them. */
export interface WireProperties {
  contentType: string;
  contentEncoding: string;
  persistent: boolean;
  messageId: string;
  headers: Record<string, unknown>;
}

/** The AMQP properties that this library adds to a body, written by hand. */
export function propertiesOf(body: UpdateBody, validation: Validation = 'json-schema'): WireProperties {
  const headers: Record<string, unknown> = {
    fedora_messaging_schema: SCHEMA_NAMES[validation],
    fedora_messaging_schema_package: SCHEMA_PACKAGE,
    fedora_messaging_severity: 20,
    'sent-at': `${new Date().toISOString().slice(0, 19)}+00:00`,
    priority: 0,
    [`fedora_messaging_user_${body.agent}`]: true,
  };
  for (const name of packagesOf(body)) headers[`fedora_messaging_rpm_${name}`] = true;
  return {
    contentType: 'application/json',
    contentEncoding: 'utf-8',
    persistent: true,
    messageId: randomUUID(),
    headers,
  };
}
