import { describeError, ValidationError } from '../../exceptions/index.js';
import type { MessageInternals } from '../message-internals.js';
import { nameOf } from '../message-name.js';
import { type Checking, invalid, MADE, REWRITTEN } from '../message-validator.js';
import { parseJson, tooDeep } from './json/json-text.js';
import { isPlainJson } from './json/plain-json.js';

/** A body that is about to be published. */
export interface OutgoingBody {
  /** The body as JSON; validation checks this value. */
  readonly json: unknown;
  readonly checking: Checking;
  /** The JSON text, if it was needed to find the JSON; otherwise undefined. */
  readonly text: string | undefined;
}

/** @throws ValidationError when JSON has no form for the body */
export function outgoingBody(message: MessageInternals): OutgoingBody {
  let body: unknown;
  try {
    body = message.body.toJson();
    if (isPlainJson(body)) return { json: body, checking: MADE, text: undefined };
  } catch (error) {
    // A getter or a Proxy of the application threw.
    throw invalid(nameOf(message.face), '/body', `can't be read: ${describeError(error)}`, error);
  }
  const text = jsonTextOf(message, body);
  return { json: text === undefined ? undefined : parseAsReceiver(message, text), checking: REWRITTEN, text };
}

/** Parses the text as a receiver does: a body that receivers would refuse is not sent. */
function parseAsReceiver(message: MessageInternals, text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    throw invalid(nameOf(message.face), '/body', `can't be sent: ${describeError(error)}`, error);
  }
}

/**
 * The JSON text of a valid body. An unchanged body of a received message keeps its original text: JSON.parse would lose
 * details of it, such as integers beyond 2^53 and `1.0`.
 *
 * @throws ValidationError when JSON has no form for the body
 */
export function bodyText(message: MessageInternals, body: OutgoingBody): string {
  const text = body.text ?? jsonTextOf(message, body.json)!;
  const original = message.restored?.bodyText;
  if (original === undefined || original === text) return text;
  return JSON.stringify(message.body.unchanged(JSON.parse(original))) === text ? original : text;
}

/** The JSON text of a value; undefined for a value that JSON omits, such as undefined or a function. */
function jsonTextOf(message: MessageInternals, body: unknown): string | undefined {
  try {
    return JSON.stringify(body, undefined);
  } catch (error) {
    throw unwritable(message, body, error);
  }
}

function unwritable(message: MessageInternals, body: unknown, error: unknown): ValidationError {
  // The stack overflowed.
  if (error instanceof RangeError)
    return invalid(nameOf(message.face), '/body', `can't be sent: ${tooDeep().message}`, error);
  const path = pathOfBigInt(body);
  return path === undefined
    ? invalid(nameOf(message.face), '/body', `can't be written as JSON: ${describeError(error)}`, error)
    : invalid(
        nameOf(message.face),
        path,
        "is a BigInt, which JSON can't express: use a number or a string",
        error,
      );
}

function pathOfBigInt(body: unknown): string | undefined {
  const paths = new Map<unknown, string>();
  let found: string | undefined;
  try {
    JSON.stringify(body, function (this: unknown, name: string, value: unknown) {
      const path = paths.has(this)
        ? `${paths.get(this)}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
        : '/body';
      if (typeof value === 'bigint') found ??= path;
      if (typeof value === 'object' && value !== null) paths.set(value, path);
      return found === undefined ? value : undefined;
    });
  } catch {
    // The body contains itself, or a function of the body throws.
  }
  return found;
}
