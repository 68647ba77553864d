import { shownValue, ValidationError } from '../../exceptions/index.js';
import { nameOfDelivery } from '../message-name.js';
import { invalid } from '../message-validator.js';
import { decodeText, decodeTextInParts } from './content-encoding.js';
import { parseInParts } from './json/json-parts.js';
import { parseJson } from './json/json-text.js';

type Delivery = Parameters<typeof nameOfDelivery>[0] & { readonly content: Buffer };

/** Larger bodies are decoded in turns: JSON.parse blocks the event loop for 2 s to parse 16 MB of empty objects. */
const LARGE_BODY_BYTES = 1024 * 1024;

/** The body of a delivery: its text, and the JSON value of the text. */
export interface ParsedBody {
  readonly text: string;
  readonly json: unknown;
}

/** @throws ValidationError when the body is not a JSON object in that encoding */
export function bodyOf(delivery: Delivery, encoding: string): ParsedBody {
  try {
    const text = decodeText(delivery.content, encoding);
    return asObject({ text, json: parseJson(text) }, delivery);
  } catch (error) {
    throw unreadable(error, encoding, delivery);
  }
}

/** Does what {@link bodyOf} does, in steps. */
export function* bodyInParts(delivery: Delivery, encoding: string): Generator<void, ParsedBody> {
  try {
    const text = yield* decodeTextInParts(delivery.content, encoding);
    return asObject({ text, json: yield* parseInParts(text) }, delivery);
  } catch (error) {
    throw unreadable(error, encoding, delivery);
  }
}

function asObject(body: ParsedBody, delivery: Delivery): ParsedBody {
  if (isJsonObject(body.json)) return body;
  throw invalid(nameOfDelivery(delivery), '/body', 'must be a JSON object');
}

function unreadable(error: unknown, encoding: string, delivery: Delivery): unknown {
  if (error instanceof ValidationError) return error;
  const problem =
    error instanceof SyntaxError
      ? 'is not JSON'
      : error instanceof TypeError
        ? `can't be decoded as ${shownValue(encoding)}`
        : `can't be read: ${(error as Error).message}`;
  return invalid(nameOfDelivery(delivery), '/body', problem, error);
}

export function isLarge({ content }: Delivery): boolean {
  return content.length > LARGE_BODY_BYTES;
}

function isJsonObject(json: unknown): boolean {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
