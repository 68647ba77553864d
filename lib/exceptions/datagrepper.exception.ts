import { FedoraMessagingException } from './fedora-messaging.exception.js';

/** What {@link DatagrepperException} knows about the answer. @publicApi */
export interface DatagrepperExceptionOptions extends ErrorOptions {
  /** The HTTP status of the answer. */
  status?: number | undefined;
}

/**
 * Datagrepper did not answer, or not with messages. A request that may succeed later has been tried again before, as
 * often as the option `attempts` says.
 *
 * @publicApi
 */
export class DatagrepperException extends FedoraMessagingException {
  /** The HTTP status of the last answer; undefined when there was none, or when it was not understood. */
  readonly status: number | undefined;

  constructor(message: string, { status, ...options }: DatagrepperExceptionOptions = {}) {
    super(message, options);
    this.status = status;
  }
}
