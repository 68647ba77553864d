import { errorText, oneLine } from '../exceptions/index.js';

/** The exit codes of the commands other than `consume`, which has those of `exitCodeOf`. */
export const ExitCode = {
  OK: 0,
  /** Something failed that has no code of its own. */
  GENERAL: 1,
  /** A wrong option, setting or file, or an invalid message. */
  USAGE: 2,
  /** What registering a consumer failed with is not known. */
  REGISTRATION: 11,
  /** What a callback threw is not an outcome. */
  CALLBACK: 13,
  /** No connection to the broker, or no confirmation in time (ECONNREFUSED). */
  NO_CONNECTION: 111,
  /** The broker returned or forbade the message (EREMOTEIO). */
  REFUSED: 121,
} as const;

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
