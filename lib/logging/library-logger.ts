import { emitWarning } from 'node:process';
import { Logger, type LoggerService } from '@nestjs/common';
import { describeError, oneLine, printable } from '../exceptions/index.js';

let hasWarned = false;

/**
 * Logs to the application's logger, safely. A logged text may contain the text of an error, a broker or a message: it
 * can't forge lines, and no control character reaches a terminal. The application's logger may throw, or return a
 * promise that rejects: such a failure affects no message, consumer or connection.
 */
export class LibraryLogger {
  private readonly logger = new GuardedLogger('FedoraMessaging');
  private readonly suffix: string;

  /** @param bus the bus that every line names at its end. Default: none, for lines that concern no bus. */
  constructor(bus?: string) {
    this.suffix = bus === undefined ? '' : ` (bus '${bus}')`;
  }

  log(text: string): void {
    this.logger.log(this.line(text));
  }

  warn(text: string): void {
    this.logger.warn(this.line(text));
  }

  debug(text: string): void {
    this.logger.debug(this.line(text));
  }

  error(text: string, stack?: string): void {
    const more = typeof stack === 'string' ? [indented(stack)] : [];
    this.logger.error(this.line(text), ...more);
  }

  private line(text: string): string {
    return oneLine(text + this.suffix, Infinity);
  }
}

/** Guards between Nest's logger and the application's: Nest's logger drops promises, and buffers calls at the start. */
class GuardedLogger extends Logger {
  private readonly guard: LoggerService = {
    log: (...given) => guarded(() => super.localInstance?.log(...given)),
    warn: (...given) => guarded(() => super.localInstance?.warn(...given)),
    debug: (...given) => guarded(() => super.localInstance?.debug?.(...given)),
    error: (...given) => guarded(() => super.localInstance?.error(...given)),
  };

  override get localInstance(): LoggerService {
    return this.guard;
  }
}

function guarded(log: () => unknown): void {
  try {
    const written = log();
    if (typeof written === 'object' && written !== null) Promise.resolve(written).catch(warnOfLogger);
  } catch (error) {
    warnOfLogger(error);
  }
}

function warnOfLogger(error: unknown): void {
  if (hasWarned) return;
  hasWarned = true;
  emitWarning(
    `The application's logger throws (${describeError(error)}): nestjs-fedora-messaging continues, but its log lines may be missing`,
  );
}

/** Indents every line of a stack except the first. A stack contains the error's message, which could forge lines. */
function indented(stack: string): string {
  return printable(stack.replace(/\r\n?/g, '\n')).replace(/\n(?! {4})/g, '\n    ');
}
