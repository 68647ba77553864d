import { describeError, stackOf, withoutPasswords } from '../../../exceptions/index.js';
import type { ErrorDetail } from '../../protocol.js';

/** Longer stacks are cut: the state of a consumer has one, and is sent every second. */
const MAX_STACK_LENGTH = 4000;

/** An error in one line, without passwords. */
export function errorLine(error: unknown): string {
  return withoutPasswords(describeError(error));
}

/** An error in one line, and its stack, without passwords. */
export function errorDetail(error: unknown): ErrorDetail {
  const stack = stackOf(error)?.slice(0, MAX_STACK_LENGTH);
  return { text: errorLine(error), ...(stack !== undefined && { stack: withoutPasswords(stack) }) };
}
