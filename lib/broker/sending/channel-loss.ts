import { PublishForbidden } from '../../exceptions/index.js';
import type { PendingPublication } from './publication.js';
import { refused } from './publish-errors.js';
import { reasonOf } from '../transports.js';
import { ReplyCode, replyCodeOf } from '../reply-code.js';
import { isNamedIn } from './refusals/refused-targets.js';

/** After how many lost connections a publication that was alone in flight each time is taken for the cause. */
const MAX_DEATHS_ALONE = 3;

/**
 * Decides what becomes of publications that were in flight when the broker closed their channel, or when their connection
 * was lost: one of them may be the reason.
 */
export class ChannelLoss {
  /** Publications that are the reason, each with its error, or with none where it may pass later. */
  readonly blamed = new Map<PendingPublication, Error | undefined>();

  private constructor(private readonly carried: readonly PendingPublication[]) {}

  /**
   * The broker has closed the channel, and not the connection.
   *
   * @param reasonAgainst why the broker takes no body of so many bytes, if that was its reason for closing the channel
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
      // It was one of them: each is tried alone.
      pending.goesAlone ||= loss.blamed.size === 0;
      pending.obstacle = `the broker closed the channel: ${reasonOf(error)}`;
    }
    for (const pending of loss.blamed.keys()) pending.obstacle = reasonOf(error);
    return loss;
  }

  /** The connection has died, with an error of the broker's or without. */
  static ofConnection(error: Error | undefined, carried: readonly PendingPublication[]): ChannelLoss {
    const loss = new ChannelLoss(carried);
    const isBlamed = isHardError(error);
    for (const pending of carried) {
      pending.mayHaveArrived = true;
      pending.obstacle = error ? `the connection was lost: ${reasonOf(error)}` : 'the connection was lost';
      // A connection that dies without a word may do so by chance.
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
    const isOften = ++only.deathsAlone >= MAX_DEATHS_ALONE;
    if (isBlamed && isOften) this.blamed.set(only, refused(reasonOf(error), error));
    else if (isBlamed || isOften) this.blamed.set(only, undefined);
  }
}

/** What is refused for good; undefined for what may pass later, as an exchange that is missing may be declared. */
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

/** Whether the broker closed the connection for what it was sent: AMQP's codes for that begin with 500. */
function isHardError(error: Error | undefined): boolean {
  return (replyCodeOf(error) ?? 0) >= 500;
}
