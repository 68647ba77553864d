import { errorText, oneLine } from '../exceptions/index.js';

/** Statuses of failures that may pass: Datagrepper answers 500 when its database takes too long. */
const PASSING_STATUSES = new Set([408, 425, 429, 500, 502, 503, 504]);

/** The most characters of Datagrepper's own words in an error. */
const MAX_WORDS_LENGTH = 200;

interface FailedRequestOptions {
  readonly error?: unknown;
  readonly status?: number;
  /** How long Datagrepper asks to wait before the next attempt, in milliseconds. */
  readonly retryAfter?: number | undefined;
  /** Whether an answer has come. Default: false. */
  readonly isAnswer?: boolean;
  /** Whether a later attempt may succeed. Default: true. */
  readonly mayPass?: boolean;
}

/** One attempt at a request has failed. The message continues the sentence "The archive …" where an answer has come. */
export class FailedRequest extends Error {
  readonly error: unknown;
  readonly status: number | undefined;
  readonly retryAfter: number | undefined;
  readonly isAnswer: boolean;
  readonly mayPass: boolean;

  constructor(
    message: string,
    { error, status, retryAfter, isAnswer = false, mayPass = true }: FailedRequestOptions = {},
  ) {
    super(message);
    this.error = error;
    this.status = status;
    this.retryAfter = retryAfter;
    this.isAnswer = isAnswer;
    this.mayPass = mayPass;
  }

  /** The failure that an answer's status tells. */
  static ofAnswer({ status, statusText, headers }: Response, text: string): FailedRequest {
    const words = wordsOf(text);
    return new FailedRequest(`answered ${`${status} ${statusText}`.trim()}${words && `: ${words}`}`, {
      status,
      retryAfter: millisecondsOf(headers.get('retry-after')),
      isAnswer: true,
      mayPass: PASSING_STATUSES.has(status),
    });
  }

  /** The answer came whole, but is not what was asked for. */
  static ofContent(message: string, error?: unknown): FailedRequest {
    return new FailedRequest(`answered ${message}`, { error, isAnswer: true });
  }
}

/** The problem of a request without an answer; the reason of a fetch() failure is in its `cause`. */
export function problemOf(error: unknown): string {
  const { cause } = error as Error;
  return oneLine(errorText(cause instanceof AggregateError ? cause.errors[0] : (cause ?? error)));
}

/** The error text of Datagrepper: JSON in a failed search, an HTML page for a wrong request. */
function wordsOf(text: string): string {
  let words: unknown;
  try {
    const { error, detail } = JSON.parse(text) as Record<string, unknown>;
    words = detail ?? error;
  } catch {
    words = /<p>([^<]*)<\/p>/.exec(text)?.[1];
  }
  return typeof words === 'string' ? oneLine(words.trim(), MAX_WORDS_LENGTH) : '';
}

/** The time that `Retry-After` names: seconds from now, or a date. */
function millisecondsOf(header: string | null): number | undefined {
  if (header === null) return undefined;
  const milliseconds = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(milliseconds) ? undefined : Math.max(0, milliseconds);
}
