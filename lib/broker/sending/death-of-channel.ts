import { PublishForbidden, PublishReturned } from '../../exceptions/index.js';
import type { PendingPublication } from './publication.js';
import { reasonOf, ReplyCode, replyCodeOf } from '../connection/reply-code.js';
import { isNamedIn } from './refused-targets.js';

/** So many connections have died with a publication alone on its way before it is taken for the cause. */
const MAX_DEATHS_ALONE = 3;

/**
 * Decides what becomes of publications that were on their way when the broker closed their channel, or their connection
 * died: it may have been because of one of them.
 */
export class DeathOfChannel {
  /** Those that it was because of, each with its error, or with none where it may pass later. */
  readonly culprits = new Map<PendingPublication, Error | undefined>();

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
  ): DeathOfChannel {
    const death = new DeathOfChannel(carried);
    for (const pending of carried) {
      const tooLarge = reasonAgainst?.(pending.publication.content.length);
      if (tooLarge !== undefined) death.culprits.set(pending, refused(tooLarge, error));
      else if (!reasonAgainst && (carried.length === 1 || isNamedIn(error, pending.publication)))
        death.culprits.set(pending, refusalOf(error));
    }
    for (const pending of death.innocent) {
      pending.mayHaveArrived = true;
      // It was one of them: each is tried alone.
      pending.isDoubtful ||= death.culprits.size === 0;
      pending.obstacle = `the broker closed the channel: ${reasonOf(error)}`;
    }
    for (const pending of death.culprits.keys()) pending.obstacle = reasonOf(error);
    return death;
  }

  /** The connection has died, with an error of the broker's or without. */
  static ofConnection(error: Error | undefined, carried: readonly PendingPublication[]): DeathOfChannel {
    const death = new DeathOfChannel(carried);
    const isBlamed = isHardError(error);
    for (const pending of carried) {
      pending.mayHaveArrived = true;
      pending.obstacle = error ? `the connection was lost: ${reasonOf(error)}` : 'the connection was lost';
      // A connection that dies without a word may do so by chance.
      pending.isDoubtful ||= isBlamed || ++pending.deaths > 1;
    }
    const [only] = carried;
    if (only && carried.length === 1) death.judgeAlone(only, error, isBlamed);
    return death;
  }

  /** Those that are sent again, in their order. */
  get innocent(): PendingPublication[] {
    return this.carried.filter((pending) => !this.culprits.has(pending));
  }

  private judgeAlone(only: PendingPublication, error: Error | undefined, isBlamed: boolean): void {
    const isOften = ++only.deathsAlone >= MAX_DEATHS_ALONE;
    if (isBlamed && isOften) this.culprits.set(only, refused(reasonOf(error), error!));
    else if (isBlamed || isOften) this.culprits.set(only, undefined);
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

function refused(reason: string, cause: Error): PublishReturned {
  return new PublishReturned(`The broker refused the message: ${reason}`, { cause });
}

/** Whether the broker closed the connection for what it was sent: AMQP's codes for that begin with 500. */
function isHardError(error: Error | undefined): boolean {
  return (replyCodeOf(error) ?? 0) >= 500;
}
