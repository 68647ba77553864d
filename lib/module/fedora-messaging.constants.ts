/** The token of the settings of the default bus ({@link FedoraMessagingSettings}). @publicApi */
export const FEDORA_MESSAGING_SETTINGS = Symbol('FEDORA_MESSAGING_SETTINGS');

/**
 * The token of the application's metrics, for an application that serves them itself: a `Registry` of prom-client
 * ({@link MetricsRegistry}). All buses share it; the label `bus` distinguishes them. Undefined unless the settings of
 * the bus ask for `metrics` or `monitoring`.
 *
 * @publicApi
 */
export const FEDORA_MESSAGING_METRICS = Symbol('FEDORA_MESSAGING_METRICS');

/** The token of a bus with all its parts ({@link Bus}). */
export const BUS = Symbol('BUS');
