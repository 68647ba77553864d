import { describeError, ValidationError } from '../../exceptions/index.js';
import type { MessageInternals } from '../message-internals.js';
import { nameOf } from '../message-name.js';
import { type Checking, invalid, MADE, REWRITTEN } from '../message-validator.js';
import { parseJson, tooDeep } from './json-text.js';
import { isPlainJson } from './plain-json.js';

/** A body as it leaves. */
export interface OutgoingBody {
  /** What the JSON text says: what is validated. */
  readonly json: unknown;
  readonly checking: Checking;
  /** The JSON text, where it had to be written to know what it says. */
  readonly text: string | undefined;
}

/** @throws ValidationError when JSON has no form for it */
export function outgoingBody(message: MessageInternals): OutgoingBody {
  let body: unknown;
  try {
    body = message.body.toJson();
    if (isPlainJson(body)) return { json: body, checking: MADE, text: undefined };
  } catch (error) {
    // A getter or a Proxy of the application's.
    throw invalid(nameOf(message.face), '/body', `can't be read: ${describeError(error)}`, error);
  }
  const text = written(message, body);
  return { json: text === undefined ? undefined : parsed(message, text), checking: REWRITTEN, text };
}

/** What receivers refuse is not sent. */
function parsed(message: MessageInternals, text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    throw invalid(nameOf(message.face), '/body', `can't be sent: ${describeError(error)}`, error);
  }
}

/**
 * The JSON text of a body that has been found valid. Where the body is unchanged it is the text that it came as: passing
 * that on loses nothing that JSON.parse would, such as integers beyond 2^53 and `1.0`.
 *
 * @throws ValidationError when JSON has no form for it
 */
export function bodyText(message: MessageInternals, body: OutgoingBody): string {
  const text = body.text ?? written(message, body.json)!;
  const original = message.restored?.bodyText;
  if (original === undefined || original === text) return text;
  return JSON.stringify(message.body.unchanged(JSON.parse(original))) === text ? original : text;
}

/** Undefined for what JSON leaves out: undefined itself, a function. */
function written(message: MessageInternals, body: unknown): string | undefined {
  try {
    return JSON.stringify(body, undefined);
  } catch (error) {
    throw unwritable(message, body, error);
  }
}

function unwritable(message: MessageInternals, body: unknown, error: unknown): ValidationError {
  // The stack overflows.
  if (error instanceof RangeError)
    return invalid(nameOf(message.face), '/body', `can't be sent: ${tooDeep().message}`, error);
  const path = pathOfBigInt(body);
  return path === undefined
    ? invalid(nameOf(message.face), '/body', `can't be written as JSON: ${describeError(error)}`, error)
    : invalid(
        nameOf(message.face),
        path,
        'is a BigInt, for which JSON has no form: use a number or a string',
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
    // It contains itself, or one of its own functions throws.
  }
  return found;
}
