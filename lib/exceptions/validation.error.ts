import { FedoraMessagingException } from './fedora-messaging.exception.js';
import { oneLine } from './safe-text.js';

/** A place where a message is wrong. @publicApi */
export interface ValidationFailure {
  /**
   * A JSON Pointer (RFC 6901) that starts at the message, such as `/body/update/alias` or `/headers/sent-at`. `''` is
   * the whole message.
   */
  readonly path: string;
  /** The mistake in that place, and the right form. */
  readonly message: string;
}

/** How many failures the text of a {@link ValidationError} lists; `errors` has all of them. */
const MAX_FAILURES_IN_TEXT = 5;

/**
 * A message, outgoing or incoming, or a line of a message file does not conform to its schema.
 *
 * @publicApi
 */
export class ValidationError extends FedoraMessagingException {
  /** The first failure in one line, for a log or a user interface. */
  readonly summary: string;

  constructor(
    what: string,
    /** Every failure found, with its path. */
    readonly errors: readonly [ValidationFailure, ...ValidationFailure[]],
    options?: ErrorOptions,
  ) {
    const texts = errors.slice(0, MAX_FAILURES_IN_TEXT).map(inOneLine);
    if (errors.length > MAX_FAILURES_IN_TEXT) texts.push(`and ${errors.length - MAX_FAILURES_IN_TEXT} more`);
    super(`${what} is invalid: ${texts.join('; ')}`, options);
    this.summary = inOneLine(errors[0]);
  }
}

function inOneLine({ path, message }: ValidationFailure): string {
  // The path has property names, which the sender of a message chooses.
  return oneLine(path === '' ? message : `${path} ${message}`);
}
