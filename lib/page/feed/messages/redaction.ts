import { isDeepStrictEqual } from 'node:util';
import type { PageOptions } from '../../../config/index.js';
import { describeError, ValidationError } from '../../../exceptions/index.js';
import type { LibraryLogger } from '../../../logging/index.js';
import { type Message, SCHEMA_HEADER, withContents } from '../../../message/index.js';
import type { ErrorDetail, MessageDetail } from '../../protocol.js';
import { errorDetail, withoutValues } from './error-detail.js';
import type { MessageEntry } from './message-entry.js';

/** The parts of an entry that may leave the process. */
export interface ShownParts {
  /** Undefined when there is no message, or nothing of it may be shown. */
  readonly message: Message<object> | undefined;
  /** Undefined when nothing may be shown. */
  readonly headers: Record<string, unknown> | undefined;
  readonly body: unknown;
  /** What `redact` shows of the handler's error; undefined without `redact`. */
  readonly error?: ErrorDetail | undefined;
  readonly isRedacted: boolean;
}

const NOTHING: ShownParts = { message: undefined, headers: undefined, body: undefined, isRedacted: true };

/** Applies the application's `redact` to messages before anything of them is shown. */
export class Redaction {
  private hasWarned = false;

  constructor(
    private readonly redact: PageOptions['redact'],
    private readonly logger: LibraryLogger,
  ) {}

  /** The parts that an entry is described by. Never throws. */
  describedBy(entry: MessageEntry): Pick<ShownParts, 'message' | 'headers'> {
    if (this.redact) return this.partsOf(entry);
    const { context, delivery } = entry.init;
    return { message: context?.message, headers: delivery.properties.headers };
  }

  /** The error of an entry. Never throws. */
  errorOf(entry: MessageEntry): ErrorDetail | undefined {
    const { error } = entry;
    if (!error) return undefined;
    if (!this.redact) return errorDetail(error);
    return error instanceof ValidationError ? errorDetail(withoutValues(error)) : this.partsOf(entry).error;
  }

  /** The failures of the validation, without the values that failed if the application hides parts of messages. */
  failuresOf({ error }: MessageEntry): MessageDetail['failures'] {
    if (!(error instanceof ValidationError)) return [];
    return (this.redact ? withoutValues(error) : error).errors;
  }

  /** The parts of an entry that may be shown. Never throws. */
  partsOf(entry: MessageEntry): ShownParts {
    const { context } = entry.init;
    const message = context?.message;
    try {
      const headers = message ? message.headers : (entry.init.delivery.properties.headers ?? {});
      const body = message ? message.toJSON().body : bodyOf(entry.init.content);
      if (!this.redact) return { message, headers, body, isRedacted: false };
      return this.redacted(entry, message, headers, body);
    } catch (error) {
      this.warn(error);
      return NOTHING;
    }
  }

  private redacted(
    { topic, error: thrown }: MessageEntry,
    message: Message<object> | undefined,
    headers: Record<string, unknown>,
    body: unknown,
  ): ShownParts {
    const schema = headers[SCHEMA_HEADER];
    const given = structuredClone({ headers: { ...headers }, body });
    const shown = this.redact!({
      ...given,
      topic,
      schema: typeof schema === 'string' ? schema : '',
      ...(thrown && !(thrown instanceof ValidationError) && { error: errorDetail(thrown) }),
    });
    if (typeof shown?.headers !== 'object' || shown.headers === null) {
      throw new TypeError("'redact' must return an object with headers and body");
    }
    const isRedacted = !isDeepStrictEqual(
      { headers: { ...shown.headers }, body: shown.body },
      { headers: { ...headers }, body },
    );
    const error = shown.error && errorFrom(shown.error);
    if (!isRedacted) return { message, headers, body, error, isRedacted };
    return {
      message: message && copyOf(message, shown.headers, shown.body),
      headers: shown.headers,
      body: shown.body,
      error,
      isRedacted,
    };
  }

  private warn(error: unknown): void {
    if (this.hasWarned) return;
    this.hasWarned = true;
    const reason = describeError(error);
    this.logger.warn(
      this.redact
        ? `The function 'redact' of the live page failed, so the page shows the message without headers, body and error. Later cases are not logged: ${reason}`
        : `A message's class failed, so the page shows the message without headers and body. Later cases are not logged: ${reason}`,
    );
  }
}

/** The message that its summary is read from; undefined when its class can't do without what was removed. */
function copyOf(
  message: Message<object>,
  headers: Record<string, unknown>,
  body: unknown,
): Message<object> | undefined {
  try {
    return withContents(message, headers, body);
  } catch {
    return undefined;
  }
}

/** The error that `redact` returned, which is not trusted to have the right types. */
function errorFrom({ text, stack }: ErrorDetail): ErrorDetail {
  return { text: String(text), ...(stack !== undefined && { stack: String(stack) }) };
}

/** The JSON of a body that is no message's; its text when it is no JSON. */
function bodyOf(content: Buffer | undefined): unknown {
  const text = content?.toString() ?? '';
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
