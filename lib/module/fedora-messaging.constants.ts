/** The token of the settings in force ({@link FedoraMessagingSettings}). @publicApi */
export const FEDORA_MESSAGING_SETTINGS = Symbol('FEDORA_MESSAGING_SETTINGS');

/**
 * The token of the metrics of this application, for one that serves them itself: a `Registry` of
 * prom-client ({@link MetricsRegistry}). The buses of an application share it, and the label `bus` tells them
 * apart. Undefined unless the settings of the bus ask for `metrics` or `monitoring`.
 *
 * @publicApi
 */
export const FEDORA_MESSAGING_METRICS = Symbol('FEDORA_MESSAGING_METRICS');

/** The token of a bus with all its parts ({@link Bus}). */
export const BUS = Symbol('BUS');
