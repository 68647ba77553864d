import { oneLine, ValidationError, type ValidationFailure } from '../exceptions/index.js';
import { JsonSchemaValidator } from '../json-schema/index.js';
import { BASE_BODY_SCHEMA, BASE_HEADERS_SCHEMA } from './base-schemas.js';
import { bodyClassFailures, isSurelyValid } from './body-class.js';
import type { MessageHeaders } from './message-headers.js';
import { type MessageClass, messageTypeOf } from './message-type.js';
import { hasBodyInstance, type Message } from './message.js';

const BASE_HEADERS = JsonSchemaValidator.of(BASE_HEADERS_SCHEMA);
const NONE: readonly ValidationFailure[] = [];
const BASE_BODY = JsonSchemaValidator.of(BASE_BODY_SCHEMA);

/** How a message is checked. */
export interface Checking {
  /** Whether to collect every failure instead of the first one of each schema. */
  readonly all: boolean;
  /** Whether the body has been parsed, rather than made by a program. */
  readonly isParsed: boolean;
}

const MADE: Checking = { all: true, isParsed: false };

/**
 * Checks headers and body against the class's schemas and the base ones.
 *
 * @throws ValidationError, SchemaError
 */
export function assertValid(
  message: Message<object>,
  headers: MessageHeaders,
  body: unknown,
  checking = MADE,
): void {
  const { all } = checking;
  const { headersSchema } = message;
  const ofBase = BASE_HEADERS.failures(headers, '/headers', all);
  const ofClass = headersSchema
    ? JsonSchemaValidator.of(headersSchema).failures(headers, '/headers', all)
    : NONE;
  const ofBody = bodyFailures(message, body, checking);
  if (ofBase.length + ofClass.length + ofBody.length === 0) return;
  const [first, ...more] = [...ofBase, ...ofClass, ...ofBody];
  throw new ValidationError(nameOf(message), [first!, ...more]);
}

/** A message in an error or a log line: what comes from outside is quoted, so that it can't forge lines. */
export function nameOf(message: Message<object>): string {
  return `The message ${quote(message.id)} with topic ${quote(message.topic)}`;
}

/** What is wrong with one part of a message, as the error to throw. */
export function invalid(what: string, path: string, message: string, cause?: unknown): ValidationError {
  return new ValidationError(what, [{ path, message }], cause === undefined ? undefined : { cause });
}

/** A text from outside in one line, and not too long a one. */
export function quote(text: unknown): string {
  const quoted = JSON.stringify(text) ?? 'undefined';
  return oneLine(quoted.length > 300 ? `${quoted.slice(0, 300)}…` : quoted);
}

function bodyFailures(
  message: Message<object>,
  body: unknown,
  { all, isParsed }: Checking,
): readonly ValidationFailure[] {
  const ofBase = BASE_BODY.failures(body, '/body', all, isParsed);
  if (ofBase.length > 0) return ofBase;
  const { bodySchema } = message;
  const ofSchema = bodySchema
    ? JsonSchemaValidator.of(bodySchema).failures(body, '/body', all, isParsed)
    : NONE;
  const { bodyClass } = messageTypeOf(message.constructor as MessageClass);
  if (!bodyClass || (!hasBodyInstance(message) && isSurelyValid(bodyClass, body))) return ofSchema;
  try {
    return [...ofSchema, ...bodyClassFailures(message.body, '/body')];
  } catch (error) {
    return [
      ...ofSchema,
      { path: '/body', message: `can't be made an instance of its class: ${String(error)}` },
    ];
  }
}
