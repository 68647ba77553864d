import { Logger } from '@nestjs/common';
import { oneLine, printable } from '../exceptions/index.js';

/**
 * What the library logs with. Texts of handlers' errors, brokers and messages may be in what is logged: they
 * forge no lines and reach no terminal as control characters.
 */
export class LibraryLogger extends Logger {
  constructor() {
    super('FedoraMessaging');
  }

  override log(message: string): void {
    super.log(oneLine(message, Infinity));
  }

  override warn(message: string): void {
    super.warn(oneLine(message, Infinity));
  }

  override debug(message: string): void {
    super.debug(oneLine(message, Infinity));
  }

  override error(message: string, stack?: string): void {
    super.error(oneLine(message, Infinity), ...(typeof stack === 'string' ? [indented(stack)] : []));
  }
}

/** A stack, which begins with the message of its error: no line but the first looks like one of the log. */
function indented(stack: string): string {
  return printable(stack.replace(/\r\n?/g, '\n')).replace(/\n(?! {4})/g, '\n    ');
}
