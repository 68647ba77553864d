import type { ArgumentsHost } from '@nestjs/common';
import type { FedoraMessagingContext } from '../consuming/index.js';

/** What `ArgumentsHost.getType()` is while a message is handled. */
export const CONTEXT_TYPE = 'fedora-messaging';

/**
 * Whether it is a message that is being handled, rather than an HTTP request or anything else. Global
 * guards, interceptors, pipes and filters see both.
 *
 * @publicApi
 */
export function isFedoraMessagingContext(host: ArgumentsHost): boolean {
  return host.getType<string>() === CONTEXT_TYPE;
}

/**
 * The message that is being handled, and how it came: for guards, interceptors, filters and custom
 * parameter decorators.
 *
 * @throws TypeError when it is not a message that is being handled
 * @publicApi
 */
export function switchToFedoraMessaging(host: ArgumentsHost): FedoraMessagingContext {
  if (!isFedoraMessagingContext(host)) {
    throw new TypeError(
      `This is not the context of a message, but one of type '${host.getType<string>()}': ask isFedoraMessagingContext(host) first`,
    );
  }
  return host.getArgByIndex<FedoraMessagingContext>(1);
}
