import {
  BadDeclaration,
  ConnectionException,
  ConsumerCanceled,
  HaltConsumer,
  PermissionException,
} from '../exceptions/index.js';

const CALLBACK_FAILED = 13;

/** The exit codes of the reference's `consume` command, by what stopped the consumer. */
export function exitCodeOf(error: Error | undefined): number {
  if (error === undefined) return 0;
  if (error instanceof HaltConsumer) return isExitCode(error.exitCode) ? error.exitCode : CALLBACK_FAILED;
  if (error instanceof BadDeclaration) return 10;
  if (error instanceof ConsumerCanceled) return 12;
  if (error instanceof ConnectionException) return 14;
  if (error instanceof PermissionException) return 15;
  return CALLBACK_FAILED;
}

/** A process can't end with anything else. */
function isExitCode(code: unknown): boolean {
  return Number.isInteger(code) && (code as number) >= 0 && (code as number) <= 255;
}
