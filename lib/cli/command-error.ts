import { errorText, ExitCode, oneLine } from '../exceptions/index.js';

/** Ends the command: its message is what the user is told. */
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

/** What went wrong, in one line for the user. */
export function messageOf(error: unknown): string {
  return oneLine(errorText(error));
}
