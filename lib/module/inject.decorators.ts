import { Inject } from '@nestjs/common';
import { getFedoraMessagingToken, getPublisherToken } from './bus-tokens.js';

/**
 * Injects the {@link Publisher} of a bus.
 *
 * @param name the `name` of its `forRoot()`. Default: the one without.
 * @publicApi
 */
export function InjectPublisher(name?: string): PropertyDecorator & ParameterDecorator {
  return Inject(getPublisherToken(name));
}

/**
 * Injects the {@link FedoraMessagingService} of a bus.
 *
 * @param name the `name` of its `forRoot()`. Default: the one without.
 * @publicApi
 */
export function InjectFedoraMessaging(name?: string): PropertyDecorator & ParameterDecorator {
  return Inject(getFedoraMessagingToken(name));
}
