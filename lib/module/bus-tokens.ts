import type { InjectionToken } from '@nestjs/common';
import { DEFAULT_BUS } from '../config/index.js';
import { FEDORA_MESSAGING_SETTINGS } from './fedora-messaging.constants.js';
import { FedoraMessagingService } from './fedora-messaging.service.js';
import { Publisher } from '../publishing/index.js';

/**
 * The token of the publisher of a bus: the class {@link Publisher} itself for the default one.
 *
 * @param name the `name` of its `forRoot()`
 * @publicApi
 */
export function getPublisherToken(name?: string): InjectionToken<Publisher> {
  return busToken(Publisher, name);
}

/**
 * The token of the service of a bus: the class {@link FedoraMessagingService} itself for the default one.
 *
 * @param name the `name` of its `forRoot()`
 * @publicApi
 */
export function getFedoraMessagingToken(name?: string): InjectionToken<FedoraMessagingService> {
  return busToken(FedoraMessagingService, name);
}

/**
 * The token of the settings of a bus: {@link FEDORA_MESSAGING_SETTINGS} itself for the default one.
 *
 * @param name the `name` of its `forRoot()`
 * @publicApi
 */
export function getFedoraMessagingSettingsToken(name?: string): InjectionToken {
  return busToken(FEDORA_MESSAGING_SETTINGS, name);
}

/** What the default bus provides under a class or symbol, another one provides under its name. */
export function busToken(token: symbol | (abstract new (...args: never[]) => unknown), name = DEFAULT_BUS) {
  if (name === DEFAULT_BUS) return token;
  return `FedoraMessaging:${name}:${typeof token === 'symbol' ? token.description : token.name}`;
}
