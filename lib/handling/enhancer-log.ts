import { describeError, stackOf } from '../exceptions/index.js';
import type { LibraryLogger } from '../logging/index.js';
import { type Message, midSentence, nameOf } from '../message/index.js';

/** The advice for enhancers that take a message for an HTTP request. */
const HTTP_ADVICE =
  "where isFedoraMessagingContext(host) is true, or set 'inheritAppConfig: false' to keep the enhancers of the whole application off messages";

/** Logs guards and filters of one handler that probably do not expect messages. */
export class EnhancerLog {
  private hasDenied = false;
  private hasThrown = false;

  /** @param handler class and method of the handler */
  constructor(
    private readonly handler: string,
    private readonly logger: LibraryLogger,
  ) {}

  /** Logs that a guard returned false: the first time as a warning, later for debugging. */
  denied(guard: string, message: Message<object>): void {
    const level = this.hasDenied ? 'debug' : 'warn';
    this.hasDenied = true;
    this.logger[level](
      `The guard ${guard} of ${this.handler} denies ${midSentence(nameOf(message))}, which is dropped. If the guard is for HTTP requests, let it return true ${HTTP_ADVICE}`,
    );
  }

  /**
   * Warns once about a guard that throws an error without a matching filter. The error itself is logged as the
   * handler's.
   */
  guardThrew(guard: string, error: unknown): void {
    if (this.hasThrown) return;
    this.hasThrown = true;
    this.logger.warn(
      `The guard ${guard} of ${this.handler} throws: ${describeError(error)}. If the guard is for HTTP requests, let it return true ${HTTP_ADVICE}`,
    );
  }

  /** Logs the own error of an exception filter. The handler's error, which the filter was given, counts. */
  filterThrew(thrown: unknown, error: unknown, message: Message<object>): void {
    this.logger.error(
      `An exception filter of ${this.handler} throws: ${describeError(thrown)}, so the error that it was given for ${midSentence(nameOf(message))} counts: ${describeError(error)}. If the filter is for HTTP requests, let it throw the error again ${HTTP_ADVICE}`,
      stackOf(thrown),
    );
  }
}
