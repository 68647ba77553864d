import { oneLine, ValidationError, type ValidationFailure } from '../exceptions/index.js';
import { JsonSchemaValidator } from '../json-schema/index.js';
import { BASE_BODY_SCHEMA, BASE_HEADERS_SCHEMA } from './base-schemas.js';
import { bodyClassFailures } from './body-class.js';
import type { MessageHeaders } from './message-headers.js';
import { type MessageClass, messageTypeOf } from './message-type.js';
import type { Message } from './message.js';

const BASE_HEADERS = JsonSchemaValidator.of(BASE_HEADERS_SCHEMA);
const BASE_BODY = JsonSchemaValidator.of(BASE_BODY_SCHEMA);

/**
 * Checks headers and body against the class's schemas and the base ones.
 *
 * @param all collect every failure instead of the first one of each schema
 * @throws ValidationError, SchemaError
 */
export function assertValid(
  message: Message<object>,
  headers: MessageHeaders,
  body: unknown,
  all = true,
): void {
  const { headersSchema } = message;
  const failures = BASE_HEADERS.failures(headers, '/headers', all);
  if (headersSchema)
    failures.push(...JsonSchemaValidator.of(headersSchema).failures(headers, '/headers', all));
  failures.push(...bodyFailures(message, body, all));
  const [first, ...more] = failures;
  if (first) throw new ValidationError(nameOf(message), [first, ...more]);
}

/** A message in an error or a log line: what comes from outside is quoted, so that it can't forge lines. */
export function nameOf(message: Message<object>): string {
  return `The message ${quote(message.id)} with topic ${quote(message.topic)}`;
}

/** A text from outside in one line, and not too long a one. */
export function quote(text: unknown): string {
  const quoted = JSON.stringify(text) ?? 'undefined';
  return oneLine(quoted.length > 300 ? `${quoted.slice(0, 300)}…` : quoted);
}

function bodyFailures(message: Message<object>, body: unknown, all: boolean): ValidationFailure[] {
  const failures = BASE_BODY.failures(body, '/body', all);
  if (failures.length > 0) return failures;
  const { bodySchema } = message;
  if (bodySchema) failures.push(...JsonSchemaValidator.of(bodySchema).failures(body, '/body', all));
  if (messageTypeOf(message.constructor as MessageClass).bodyClass) {
    try {
      failures.push(...bodyClassFailures(message.body, '/body'));
    } catch (error) {
      failures.push({ path: '/body', message: `can't be made an instance of its class: ${String(error)}` });
    }
  }
  return failures;
}
