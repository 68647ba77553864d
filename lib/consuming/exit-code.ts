import {
  BadDeclaration,
  ConnectionException,
  ConsumerCanceled,
  HaltConsumer,
  PermissionException,
} from '../exceptions/index.js';

/** The exit codes of the reference's `consume` command, by what stopped the consumer. */
export function exitCodeOf(error: Error | undefined): number {
  if (error === undefined) return 0;
  if (error instanceof HaltConsumer) return error.exitCode;
  if (error instanceof BadDeclaration) return 10;
  if (error instanceof ConsumerCanceled) return 12;
  if (error instanceof ConnectionException) return 14;
  if (error instanceof PermissionException) return 15;
  return 13;
}
