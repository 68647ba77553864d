import type { ArgumentsHost } from '@nestjs/common';
import type { FedoraMessagingContext } from '../consuming/index.js';

/** The value of `ArgumentsHost.getType()` while a message is handled. */
export const CONTEXT_TYPE = 'fedora-messaging';

/**
 * Whether a message is being handled, rather than an HTTP request or other work. Global guards, interceptors, pipes
 * and filters see both.
 *
 * @publicApi
 */
export function isFedoraMessagingContext(host: ArgumentsHost): boolean {
  return host.getType<string>() === CONTEXT_TYPE;
}

/**
 * Returns the context of the message that is being handled, for guards, interceptors, filters and custom parameter
 * decorators.
 *
 * @throws TypeError when no message is being handled
 * @publicApi
 */
export function switchToFedoraMessaging(host: ArgumentsHost): FedoraMessagingContext {
  if (!isFedoraMessagingContext(host)) {
    throw new TypeError(
      `The execution context is of type '${host.getType<string>()}', not of a message: check isFedoraMessagingContext(host) first`,
    );
  }
  return host.getArgByIndex<FedoraMessagingContext>(1);
}
