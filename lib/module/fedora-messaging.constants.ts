import type { InjectionToken } from '@nestjs/common';
import type { FedoraMessagingSettings } from '../config/index.js';
import type { MetricsRegistry } from '../monitoring/index.js';

/** The token of the settings of the default bus ({@link FedoraMessagingSettings}). @publicApi */
export const FEDORA_MESSAGING_SETTINGS: InjectionToken<FedoraMessagingSettings> =
  Symbol('FEDORA_MESSAGING_SETTINGS');

/**
 * The token of the application's metrics, for an application that serves them itself: a `Registry` of prom-client
 * ({@link MetricsRegistry}). All buses share it; the label `bus` distinguishes them. Undefined unless the settings of
 * the bus ask for `metrics` or `monitoring`.
 *
 * @publicApi
 */
export const FEDORA_MESSAGING_METRICS: InjectionToken<MetricsRegistry | undefined> =
  Symbol('FEDORA_MESSAGING_METRICS');

/** The token of a bus with all its parts ({@link Bus}). */
export const BUS = Symbol('BUS');
