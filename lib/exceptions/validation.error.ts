import { FedoraMessagingException } from './fedora-messaging.exception.js';
import { oneLine } from './safe-text.js';

/** One thing that is wrong with a message. @publicApi */
export interface ValidationFailure {
  /**
   * Where: a JSON Pointer (RFC 6901) that starts at the message, such as `/body/update/alias` or
   * `/headers/sent-at`; `''` is the message as a whole.
   */
  readonly path: string;
  /** What is wrong there, and what would be right. */
  readonly message: string;
}

/** How many failures the text of a {@link ValidationError} spells out; `errors` has them all. */
const SPELLED_OUT = 5;

/**
 * A message, outgoing or incoming, or a line of a message file does not have the form its schema
 * demands.
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
    const spelledOut = errors.slice(0, SPELLED_OUT).map(inOneLine);
    if (errors.length > SPELLED_OUT) spelledOut.push(`and ${errors.length - SPELLED_OUT} more`);
    super(`${what} is invalid: ${spelledOut.join('; ')}`, options);
    this.summary = inOneLine(errors[0]);
  }
}

function inOneLine({ path, message }: ValidationFailure): string {
  // The names of properties are whatever the sender of a message called them.
  return oneLine(path === '' ? message : `${path} ${message}`);
}
