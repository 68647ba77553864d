import { Inject } from '@nestjs/common';
import {
  getDatagrepperToken,
  getFedoraMessagingMetricsToken,
  getFedoraMessagingSettingsToken,
  getFedoraMessagingToken,
  getPublisherToken,
} from './bus-tokens.js';

/**
 * Injects the {@link Publisher} of a bus.
 *
 * @param bus the `bus` of its `forRoot()`. Default: `default`.
 * @publicApi
 */
export function InjectPublisher(bus?: string): PropertyDecorator & ParameterDecorator {
  return Inject(getPublisherToken(bus));
}

/**
 * Injects the {@link FedoraMessagingService} of a bus.
 *
 * @param bus the `bus` of its `forRoot()`. Default: `default`.
 * @publicApi
 */
export function InjectFedoraMessaging(bus?: string): PropertyDecorator & ParameterDecorator {
  return Inject(getFedoraMessagingToken(bus));
}

/**
 * Injects the settings of a bus: {@link FedoraMessagingSettings}.
 *
 * @param bus the `bus` of its `forRoot()`. Default: `default`.
 * @publicApi
 */
export function InjectFedoraMessagingSettings(bus?: string): PropertyDecorator & ParameterDecorator {
  return Inject(getFedoraMessagingSettingsToken(bus));
}

/**
 * Injects the metrics of the application: a `Registry` of prom-client ({@link MetricsRegistry}). All buses share it;
 * the label `bus` distinguishes them. Undefined unless the settings of this bus ask for `metrics` or `monitoring`.
 *
 * @param bus the `bus` of its `forRoot()`. Default: `default`.
 * @publicApi
 */
export function InjectFedoraMessagingMetrics(bus?: string): PropertyDecorator & ParameterDecorator {
  return Inject(getFedoraMessagingMetricsToken(bus));
}

/**
 * Injects the {@link Datagrepper} of a bus: its archive.
 *
 * @param bus the `bus` of its `forRoot()`. Default: `default`.
 * @publicApi
 */
export function InjectDatagrepper(bus?: string): PropertyDecorator & ParameterDecorator {
  return Inject(getDatagrepperToken(bus));
}
