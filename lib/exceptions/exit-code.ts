import { BadDeclaration } from './bad-declaration.exception.js';
import { ConnectionException } from './connection.exception.js';
import { ConsumerCanceled } from './consumer-canceled.exception.js';
import { HaltConsumer } from './halt-consumer.exception.js';
import { PermissionException } from './permission.exception.js';
import { PublishForbidden } from './publish-forbidden.exception.js';
import { PublishReturned } from './publish-returned.exception.js';
import { PublishTimeout } from './publish-timeout.exception.js';
import { ValidationError } from './validation.error.js';

/** The exit codes of a process. The commands of the Python library have the same codes. */
export const ExitCode = {
  OK: 0,
  /** A failure without a code of its own. */
  GENERAL: 1,
  /** A wrong option, setting or file, or an invalid message. */
  USAGE: 2,
  /** A queue, exchange or binding can't be declared. */
  DECLARATION: 10,
  /** A consumer could not be started, for a reason without a code of its own. */
  REGISTRATION: 11,
  /** The broker cancelled the consumer. */
  CANCELED: 12,
  /** A handler threw an error other than Nack, Drop or HaltConsumer. */
  CALLBACK: 13,
  /** A consumer has no connection to the broker. */
  CONSUMER_CONNECTION: 14,
  /** The broker's user may not read from the queue. */
  PERMISSION: 15,
  /** The publisher has no connection, or no confirmation came in time (ECONNREFUSED). */
  NO_CONNECTION: 111,
  /** The broker returned or forbade the message (EREMOTEIO). */
  REFUSED: 121,
} as const;

/** The exit code for the error that stopped a consumer; 0 without an error, for a consumer that was cancelled. */
export function consumerExitCodeOf(error: Error | undefined): number {
  if (error === undefined) return ExitCode.OK;
  if (error instanceof HaltConsumer) return isExitCode(error.exitCode) ? error.exitCode : ExitCode.CALLBACK;
  if (error instanceof BadDeclaration) return ExitCode.DECLARATION;
  if (error instanceof ConsumerCanceled) return ExitCode.CANCELED;
  if (error instanceof ConnectionException) return ExitCode.CONSUMER_CONNECTION;
  if (error instanceof PermissionException) return ExitCode.PERMISSION;
  return ExitCode.CALLBACK;
}

/** The exit code for the error of a publish. */
export function publishExitCodeOf(error: unknown): number {
  if (error instanceof ValidationError) return ExitCode.USAGE;
  if (error instanceof ConnectionException || error instanceof PublishTimeout) return ExitCode.NO_CONNECTION;
  if (error instanceof PublishReturned || error instanceof PublishForbidden) return ExitCode.REFUSED;
  return ExitCode.GENERAL;
}

/** Whether a process can end with this code. */
function isExitCode(code: unknown): boolean {
  return Number.isInteger(code) && (code as number) >= 0 && (code as number) <= 255;
}
