/**
 * The metrics of one application: a `Registry` of prom-client, of which this names what is needed to serve
 * them.
 *
 * @publicApi
 */
export interface MetricsRegistry {
  /** What to send as `Content-Type`. */
  readonly contentType: string;
  /** All metrics, in Prometheus's text format. */
  metrics(): Promise<string>;
}
