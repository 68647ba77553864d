import type { InjectionToken } from '@nestjs/common';
import { DEFAULT_BUS, type FedoraMessagingSettings } from '../config/index.js';
import { Datagrepper } from '../datagrepper/index.js';
import type { MetricsRegistry } from '../monitoring/index.js';
import { Publisher } from '../publishing/index.js';
import { FEDORA_MESSAGING_METRICS, FEDORA_MESSAGING_SETTINGS } from './fedora-messaging.constants.js';
import { FedoraMessagingService } from './fedora-messaging.service.js';

/**
 * The token of a bus's publisher: for the default bus, the class {@link Publisher} itself.
 *
 * @param bus the `bus` of its `forRoot()`. Default: `default`.
 * @publicApi
 */
export function getPublisherToken(bus?: string): InjectionToken<Publisher> {
  return busToken(Publisher, bus);
}

/**
 * The token of a bus's service: for the default bus, the class {@link FedoraMessagingService} itself.
 *
 * @param bus the `bus` of its `forRoot()`. Default: `default`.
 * @publicApi
 */
export function getFedoraMessagingToken(bus?: string): InjectionToken<FedoraMessagingService> {
  return busToken(FedoraMessagingService, bus);
}

/**
 * The token of a bus's settings: for the default bus, {@link FEDORA_MESSAGING_SETTINGS} itself.
 *
 * @param bus the `bus` of its `forRoot()`. Default: `default`.
 * @publicApi
 */
export function getFedoraMessagingSettingsToken(bus?: string): InjectionToken<FedoraMessagingSettings> {
  return busToken(FEDORA_MESSAGING_SETTINGS, bus);
}

/**
 * The token of a bus's metrics: for the default bus, {@link FEDORA_MESSAGING_METRICS} itself.
 *
 * @param bus the `bus` of its `forRoot()`. Default: `default`.
 * @publicApi
 */
export function getFedoraMessagingMetricsToken(bus?: string): InjectionToken<MetricsRegistry | undefined> {
  return busToken(FEDORA_MESSAGING_METRICS, bus);
}

/**
 * The token of a bus's archive: for the default bus, the class {@link Datagrepper} itself.
 *
 * @param bus the `bus` of its `forRoot()`. Default: `default`.
 * @publicApi
 */
export function getDatagrepperToken(bus?: string): InjectionToken<Datagrepper> {
  return busToken(Datagrepper, bus);
}

/**
 * The token of a bus's provider: for the default bus, `token` itself; for another bus, a name that contains the bus's
 * name.
 */
export function busToken(token: InjectionToken, bus = DEFAULT_BUS): InjectionToken {
  if (bus === DEFAULT_BUS) return token;
  return `FedoraMessaging:${bus}:${nameOf(token)}`;
}

function nameOf(token: InjectionToken): string | undefined {
  if (typeof token === 'string') return token;
  return typeof token === 'symbol' ? token.description : token.name;
}
