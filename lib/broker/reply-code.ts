import { reasonOf } from './transports.js';

/** AMQP reply codes that this library tells apart. */
export const ReplyCode = {
  CONTENT_TOO_LARGE: 311,
  ACCESS_REFUSED: 403,
  NOT_FOUND: 404,
  RESOURCE_LOCKED: 405,
  PRECONDITION_FAILED: 406,
  COMMAND_INVALID: 503,
  NOT_ALLOWED: 530,
  NOT_IMPLEMENTED: 540,
  INTERNAL_ERROR: 541,
} as const;

const REFUSALS = new Set<number | undefined>([
  ReplyCode.ACCESS_REFUSED,
  ReplyCode.NOT_FOUND,
  ReplyCode.RESOURCE_LOCKED,
  ReplyCode.PRECONDITION_FAILED,
]);

const CONNECTION_REFUSALS = new Set<number | undefined>([
  ReplyCode.COMMAND_INVALID,
  ReplyCode.NOT_ALLOWED,
  ReplyCode.NOT_IMPLEMENTED,
  ReplyCode.INTERNAL_ERROR,
]);

/** The reply code with which the broker closed a channel or connection; undefined for other errors. */
export function replyCodeOf(error: unknown): number | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'number' ? code : undefined;
}

/**
 * Whether a broker refused the user, the password or the virtual host of a new connection; with several nodes, whether
 * all of them did. A full connection limit has the same code, but does not count: it passes.
 */
export function isLoginRefused(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(isLoginRefused);
  const code = replyCodeOf(error);
  if (code === ReplyCode.NOT_ALLOWED) return !/limit .*is reached/.test(withoutNames(reasonOf(error)));
  return code === ReplyCode.ACCESS_REFUSED;
}

/** Whether the broker refused an operation, and would refuse it again. */
export function isRefusal(error: unknown): boolean {
  return REFUSALS.has(replyCodeOf(error));
}

/** Whether the broker closed a connection because it refused an operation on one of its channels. */
export function isConnectionRefusal(error: unknown): boolean {
  return CONNECTION_REFUSALS.has(replyCodeOf(error));
}

/**
 * Whether a refusal may pass by itself after a reconnection: the queue may be exclusive to the connection that has just
 * died, or its home node may not be back yet.
 */
export function isPassingRefusal(error: unknown): boolean {
  const refusal = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return (
    replyCodeOf(refusal) === ReplyCode.RESOURCE_LOCKED ||
    /home node|timed out|not (currently )?available|nodedown|timeout|noproc/i.test(
      withoutNames(reasonOf(refusal)),
    )
  );
}

/** The broker's text without the names in it: a name may be any text, and may contain quotes. */
function withoutNames(reason: string): string {
  return reason.replace(/'.*'/s, '');
}
