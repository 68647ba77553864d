import {
  consumerExitCodeOf,
  describeError,
  Drop,
  ExitCode,
  HaltConsumer,
  stackOf,
  toOutcome,
} from '../../exceptions/index.js';
import type { LibraryLogger } from '../../logging/index.js';
import { midSentence } from '../../message/index.js';
import type { Thrown } from './recipient.js';

/** The outcome of a message that came without a broker. */
export interface ReplayOutcome {
  /** Whether the message is done; otherwise a broker would deliver it again. */
  readonly isHandled: boolean;
  /** Whether the handler wants no further message. */
  readonly isHalted: boolean;
  /** The exit code for this message alone: 0 also where a broker would deliver it again. */
  readonly exitCode: number;
  /**
   * Logs it.
   *
   * @param name the message, at the beginning of a sentence
   * @param by the handler, at the beginning of a sentence
   */
  readonly log: (logger: LibraryLogger, name: string, by: string) => void;
}

/** The outcome of a handler that threw, or returned. */
export function outcomeOf(thrown: Thrown | undefined): ReplayOutcome {
  if (thrown === undefined) {
    return {
      isHandled: true,
      isHalted: false,
      exitCode: ExitCode.OK,
      log: (logger, name) => logger.log(`${name} was handled`),
    };
  }
  const { error } = thrown;
  const outcome = toOutcome(error);
  if (outcome instanceof HaltConsumer) {
    return {
      isHandled: !outcome.requeue,
      isHalted: true,
      exitCode: consumerExitCodeOf(outcome),
      log: (logger, name, by) =>
        logger.log(`${name}: ${midSentence(by)} would halt its consumer: ${describeError(outcome)}`),
    };
  }
  if (outcome) {
    const isDropped = outcome instanceof Drop;
    return {
      isHandled: isDropped,
      isHalted: false,
      exitCode: ExitCode.OK,
      log: (logger, name) =>
        logger.warn(
          isDropped
            ? `${name} would be dropped: ${describeError(outcome)}`
            : `${name} would go back into the queue: ${describeError(outcome)}`,
        ),
    };
  }
  return {
    isHandled: false,
    isHalted: false,
    exitCode: ExitCode.CALLBACK,
    log: (logger, name, by) =>
      logger.error(`${by} failed on ${midSentence(name)}: ${describeError(error)}`, stackOf(error)),
  };
}
