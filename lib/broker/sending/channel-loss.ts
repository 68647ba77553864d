import { PublishForbidden } from '../../exceptions/index.js';
import type { PendingPublication } from './publication.js';
import { refused } from './publish-errors.js';
import { reasonOf } from '../transports.js';
import { ReplyCode, replyCodeOf } from '../reply-code.js';
import { isNamedIn } from './refusals/refused-targets.js';

/** When this many connections died while a publication alone was in flight, the publication counts as the cause. */
const MAX_DEATHS_ALONE = 3;

/**
 * Decides which of the publications in flight caused the loss of their channel or connection. All others are sent
 * again.
 */
export class ChannelLoss {
  /**
   * Publications that caused the loss. The value is the error to fail with, or undefined when the publication may pass
   * later.
   */
  readonly blamed = new Map<PendingPublication, Error | undefined>();

  private constructor(private readonly carried: readonly PendingPublication[]) {}

  /**
   * The broker closed the channel, but not the connection.
   *
   * @param reasonAgainst tells why the broker refuses a body of `size` bytes; given when the broker closed the channel
   *   because of a body's size
   */
  static ofChannel(
    error: Error,
    carried: readonly PendingPublication[],
    reasonAgainst?: (size: number) => string | undefined,
  ): ChannelLoss {
    const loss = new ChannelLoss(carried);
    for (const pending of carried) {
      const tooLarge = reasonAgainst?.(pending.size);
      if (tooLarge !== undefined) loss.blamed.set(pending, refused(tooLarge, error));
      else if (!reasonAgainst && (carried.length === 1 || isNamedIn(error, pending.publication)))
        loss.blamed.set(pending, refusalOf(error));
    }
    for (const pending of loss.unaffected) {
      pending.mayHaveArrived = true;
      // When none is blamed, any of them may be the cause: each is tried alone.
      pending.goesAlone ||= loss.blamed.size === 0;
      pending.obstacle = `the broker closed the channel: ${reasonOf(error)}`;
    }
    for (const pending of loss.blamed.keys()) pending.obstacle = reasonOf(error);
    return loss;
  }

  /** The connection died, with an error or without. */
  static ofConnection(error: Error | undefined, carried: readonly PendingPublication[]): ChannelLoss {
    const loss = new ChannelLoss(carried);
    const isBlamed = isHardError(error);
    for (const pending of carried) {
      pending.mayHaveArrived = true;
      pending.obstacle = error ? `the connection was lost: ${reasonOf(error)}` : 'the connection was lost';
      // A connection that dies without a hard error may have died by chance: only a second death counts.
      pending.goesAlone ||= isBlamed || ++pending.deaths > 1;
    }
    const [only] = carried;
    if (only && carried.length === 1) loss.judgeAlone(only, error, isBlamed);
    return loss;
  }

  /** Publications that are sent again, in their order. */
  get unaffected(): PendingPublication[] {
    return this.carried.filter((pending) => !this.blamed.has(pending));
  }

  private judgeAlone(only: PendingPublication, error: Error | undefined, isBlamed: boolean): void {
    const hasDiedOften = ++only.deathsAlone >= MAX_DEATHS_ALONE;
    if (isBlamed && hasDiedOften) this.blamed.set(only, refused(reasonOf(error), error));
    else if (isBlamed || hasDiedOften) this.blamed.set(only, undefined);
  }
}

/**
 * The error for a publication that is refused for good; undefined when it may pass later: a missing exchange may be
 * declared.
 */
function refusalOf(error: Error): Error | undefined {
  switch (replyCodeOf(error)) {
    case ReplyCode.ACCESS_REFUSED:
      return new PublishForbidden(reasonOf(error), { cause: error });
    case ReplyCode.CONTENT_TOO_LARGE:
    case ReplyCode.PRECONDITION_FAILED:
      return refused(reasonOf(error), error);
    default:
      return undefined;
  }
}

/**
 * Whether the broker closed the connection because of something that the client sent: AMQP's codes for that start at
 * 500.
 */
function isHardError(error: Error | undefined): boolean {
  return (replyCodeOf(error) ?? 0) >= 500;
}
