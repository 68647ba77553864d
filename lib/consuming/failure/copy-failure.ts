import { isPassingRefusal } from '../../broker/index.js';
import {
  BadDeclaration,
  PublishForbidden,
  PublishReturned,
  ValidationError,
} from '../../exceptions/index.js';

/**
 * Why the broker does not have the copy of a failed message:
 *
 * - `refused`: the user may not publish there or not declare an exchange; only an operator can change that;
 * - `unwritable`: AMQP or the broker can't take this copy;
 * - `no queue`: the queue for it has been deleted;
 * - `passing`: any other reason, for example a broker that is unreachable or short of memory, or a full queue.
 */
export type CopyFailure = 'refused' | 'unwritable' | 'no queue' | 'passing';

export function copyFailureOf(error: unknown): CopyFailure {
  if (error instanceof PublishForbidden) return 'refused';
  if (error instanceof BadDeclaration) return isPassingRefusal(error) ? 'passing' : 'refused';
  if (error instanceof ValidationError) return 'unwritable';
  if (!(error instanceof PublishReturned)) return 'passing';
  if (error.reason.includes('unroutable')) return 'no queue';
  return error.reason.includes('basic.nack') ? 'passing' : 'unwritable';
}
