import { RequestRefusal } from '../http/request-refusal.js';
import type { ConsumerAction, HandleAction, PublishAction } from '../protocol.js';

/** @throws RequestRefusal */
export function consumerAction(given: unknown): ConsumerAction {
  const fields = fieldsOf(given);
  return { bus: textAt(fields, 'bus'), consumer: textAt(fields, 'consumer'), queue: textAt(fields, 'queue') };
}

/** @throws RequestRefusal */
export function handleAction(given: unknown): HandleAction {
  const { seq } = fieldsOf(given);
  if (typeof seq === 'number' && Number.isSafeInteger(seq)) return { seq };
  throw new RequestRefusal(400, "'seq' must be the number of a message");
}

/** @throws RequestRefusal */
export function publishAction(given: unknown): PublishAction {
  const fields = fieldsOf(given);
  const { body, topic } = fields;
  if (body !== undefined && !isObject(body)) {
    throw new RequestRefusal(400, "'body' must be a JSON object: the body of the message");
  }
  return {
    bus: textAt(fields, 'bus'),
    schema: textAt(fields, 'schema'),
    ...(topic !== undefined && { topic: textAt(fields, 'topic') }),
    ...(body !== undefined && { body }),
  };
}

function fieldsOf(given: unknown): Readonly<Record<string, unknown>> {
  if (isObject(given)) return given;
  throw new RequestRefusal(400, 'The body must be a JSON object');
}

function textAt(fields: Readonly<Record<string, unknown>>, key: string): string {
  const value = fields[key];
  if (typeof value === 'string') return value;
  throw new RequestRefusal(400, `'${key}' must be a text`);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
