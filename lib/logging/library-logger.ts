import { emitWarning } from 'node:process';
import { Logger, type LoggerService } from '@nestjs/common';
import { describeError, oneLine, printable } from '../exceptions/index.js';

let hasWarned = false;

/**
 * What the library logs with. Texts of handlers' errors, brokers and messages may be in what is logged: they forge no lines
 * and reach no terminal as control characters. The logger behind it is the application's, and may throw or return a
 * promise that rejects: a message, a consumer or a connection that something is logged about does not suffer from that.
 */
export class LibraryLogger {
  private readonly logger = new GuardedLogger('FedoraMessaging');

  log(text: string): void {
    this.logger.log(oneLine(text, Infinity));
  }

  warn(text: string): void {
    this.logger.warn(oneLine(text, Infinity));
  }

  debug(text: string): void {
    this.logger.debug(oneLine(text, Infinity));
  }

  error(text: string, stack?: string): void {
    const more = typeof stack === 'string' ? [indented(stack)] : [];
    this.logger.error(oneLine(text, Infinity), ...more);
  }
}

/** Nest's logger drops what the application's logger returns; so the guard is between the two, also for what Nest buffers. */
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
    `The application's logger throws (${describeError(error)}): nestjs-fedora-messaging goes on without what it logs`,
  );
}

/** A stack, which begins with the message of its error: no line but the first looks like one of the log. */
function indented(stack: string): string {
  return printable(stack.replace(/\r\n?/g, '\n')).replace(/\n(?! {4})/g, '\n    ');
}
