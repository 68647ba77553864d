import {
  ConnectionException,
  PublishForbidden,
  PublishReturned,
  PublishTimeout,
  ValidationError,
} from '../exceptions/index.js';
import { ExitCode } from './command-error.js';

/** The exit codes of the reference's `publish` command, by what a publish failed with. */
export function publishExitCodeOf(error: unknown): number {
  if (error instanceof ValidationError) return ExitCode.USAGE;
  if (error instanceof ConnectionException || error instanceof PublishTimeout) return ExitCode.NO_CONNECTION;
  if (error instanceof PublishReturned || error instanceof PublishForbidden) return ExitCode.REFUSED;
  return ExitCode.GENERAL;
}
