import { errorText, ExitCode, oneLine } from '../exceptions/index.js';

/** Ends the command; the user sees its message. */
export class CommandError extends Error {
  constructor(
    message: string,
    readonly exitCode: number = ExitCode.USAGE,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'CommandError';
  }
}

/** The message of an error, in one line, for the user. */
export function messageOf(error: unknown): string {
  return oneLine(errorText(error));
}
