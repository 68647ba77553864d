import { emitWarning } from 'node:process';
import { Logger } from '@nestjs/common';
import { describeError, oneLine, printable } from '../exceptions/index.js';

let hasWarned = false;

/**
 * What the library logs with. Texts of handlers' errors, brokers and messages may be in what is logged: they forge no lines
 * and reach no terminal as control characters. The logger behind it is the application's, and may throw: a message, a
 * consumer or a connection that something is logged about does not suffer from that.
 */
export class LibraryLogger {
  private readonly logger = new Logger('FedoraMessaging');

  log(text: string): void {
    guarded(() => this.logger.log(oneLine(text, Infinity)));
  }

  warn(text: string): void {
    guarded(() => this.logger.warn(oneLine(text, Infinity)));
  }

  debug(text: string): void {
    guarded(() => this.logger.debug(oneLine(text, Infinity)));
  }

  error(text: string, stack?: string): void {
    const more = typeof stack === 'string' ? [indented(stack)] : [];
    guarded(() => this.logger.error(oneLine(text, Infinity), ...more));
  }
}

function guarded(log: () => void): void {
  try {
    log();
  } catch (error) {
    if (hasWarned) return;
    hasWarned = true;
    emitWarning(
      `The application's logger throws (${describeError(error)}): nestjs-fedora-messaging goes on without what it logs`,
    );
  }
}

/** A stack, which begins with the message of its error: no line but the first looks like one of the log. */
function indented(stack: string): string {
  return printable(stack.replace(/\r\n?/g, '\n')).replace(/\n(?! {4})/g, '\n    ');
}
