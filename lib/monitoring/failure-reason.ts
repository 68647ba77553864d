import {
  BadDeclaration,
  ConnectionException,
  PublishForbidden,
  PublishReturned,
  PublishTimeout,
  ValidationError,
} from '../exceptions/index.js';

const REASONS = {
  invalid: ValidationError,
  returned: PublishReturned,
  forbidden: PublishForbidden,
  timeout: PublishTimeout,
  connection: ConnectionException,
  declaration: BadDeclaration,
} as const;

/** All reasons that {@link failureReason} gives. */
export const FAILURE_REASONS: readonly string[] = [...Object.keys(REASONS), 'other'];

/** The reason of a failed publish, for counts: `invalid`, `returned` and so on. */
export function failureReason(error: Error): string {
  return Object.entries(REASONS).find(([, exception]) => error instanceof exception)?.[0] ?? 'other';
}
