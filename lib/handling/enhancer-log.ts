import { describeError, stackOf } from '../exceptions/index.js';
import { LibraryLogger } from '../logging/index.js';
import { type Message, nameOf } from '../message/index.js';

/** What helps where an enhancer takes a message for an HTTP request. */
const IF_FOR_HTTP =
  "where isFedoraMessagingContext(host) is true, or set 'inheritAppConfig: false' to keep the enhancers of the whole application off messages";

/** Tells of the guards and filters of one handler that do what they were probably not written for. */
export class EnhancerLog {
  private readonly logger = new LibraryLogger();
  private hasDenied = false;
  private hasThrown = false;

  /** @param handler class and method of the handler */
  constructor(private readonly handler: string) {}

  /** A guard has returned false. The first time is a warning: more of them would tell nothing new. */
  denied(guard: string, message: Message<object>): void {
    const level = this.hasDenied ? 'debug' : 'warn';
    this.hasDenied = true;
    this.logger[level](
      `The guard ${guard} of ${this.handler} denies ${nameOf(message)}, which is dropped. If the guard is for HTTP requests, let it return true ${IF_FOR_HTTP}`,
    );
  }

  /** A guard has thrown an error that no filter is for. It is an error of the handler, which is logged as such. */
  guardThrew(guard: string, error: unknown): void {
    if (this.hasThrown) return;
    this.hasThrown = true;
    this.logger.warn(
      `The guard ${guard} of ${this.handler} throws: ${describeError(error)}. If the guard is for HTTP requests, let it return true ${IF_FOR_HTTP}`,
    );
  }

  /** A filter has thrown an error of its own while it handled one of the handler, which then counts. */
  filterThrew(thrown: unknown, error: unknown, message: Message<object>): void {
    this.logger.error(
      `An exception filter of ${this.handler} throws: ${describeError(thrown)}, so the error that it was given for ${nameOf(message)} counts: ${describeError(error)}. If the filter is for HTTP requests, let it throw the error again ${IF_FOR_HTTP}`,
      stackOf(thrown),
    );
  }
}
