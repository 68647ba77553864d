import { itemTexts, memberText, SENT_AT_HEADER } from '../message/index.js';
import { FailedRequest } from './failed-request.js';
import { microsecondsOf } from '../iso-time/index.js';

/** How many messages a page has; Datagrepper allows no more. */
export const PAGE_SIZE = 100;

/** A message of a page, which is not decoded yet. */
export interface ArchivedMessage {
  /** Its id, by which it is known again. */
  readonly key: string;
  /** When it was sent, in microseconds since 1970; undefined when its header is unreadable. */
  readonly time: number | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  /** Its JSON text, in the file format. */
  readonly text: string;
}

/** A page of a search. */
export interface Page {
  readonly messages: readonly ArchivedMessage[];
  /** How many messages all pages have. */
  readonly total: number;
}

/** The part of an answer that is looked at here. */
interface Answer {
  readonly raw_messages: unknown;
  readonly total: unknown;
  readonly arguments?: Readonly<Record<string, unknown>>;
}

/**
 * Reads a page.
 *
 * @param asked the parameters that Datagrepper repeats in its answer: a cache may answer with another page
 * @throws FailedRequest when the answer is not the whole page
 */
export function readPage(text: string, asked: Readonly<Record<string, number | string>>): Page {
  const { raw_messages: raw, total, arguments: given = {} } = parse(text);
  if (!Array.isArray(raw) || !Number.isSafeInteger(total)) {
    throw FailedRequest.ofContent('something that is not a page of messages');
  }
  for (const [name, value] of Object.entries(asked)) {
    if (Object.hasOwn(given, name) && given[name] !== value) {
      throw FailedRequest.ofContent(`another page: '${name}' is ${String(given[name])}, not ${value}`);
    }
  }
  const texts = itemTexts(memberText(text, 'raw_messages')!);
  const messages = texts.map((item, index) => archivedMessage(raw[index], item));
  const before = (Number(asked['page']) - 1) * PAGE_SIZE;
  const expected = Math.min(PAGE_SIZE, Math.max(0, (total as number) - before));
  if (messages.length < expected) {
    throw FailedRequest.ofContent(`a page of ${messages.length} messages, which must have ${expected}`);
  }
  return { messages, total: total as number };
}

function parse(text: string): Answer {
  try {
    const answer = JSON.parse(text) as unknown;
    if (typeof answer === 'object' && answer !== null) return answer as Answer;
  } catch (error) {
    const what = text.trimStart().startsWith('<') ? 'HTML' : 'something';
    throw FailedRequest.ofContent(`${what} that is not JSON`, error);
  }
  throw FailedRequest.ofContent('something that is not a page of messages');
}

function archivedMessage(message: unknown, text: string): ArchivedMessage {
  const { id, headers } = (message ?? {}) as { id?: unknown; headers?: unknown };
  const table = (typeof headers === 'object' && headers !== null ? headers : {}) as Record<string, unknown>;
  return {
    key: typeof id === 'string' ? id : text,
    time: microsecondsOf(table[SENT_AT_HEADER]),
    headers: table,
    text,
  };
}
