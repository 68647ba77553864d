/**
 * The metrics of one application: a `Registry` of prom-client, of which this names what is needed to serve
 * them. It is a class, so that a constructor can name it as a type with a plain import.
 *
 * @publicApi
 */
export abstract class MetricsRegistry {
  /** What to send as `Content-Type`. */
  abstract readonly contentType: string;
  /** All metrics, in Prometheus's text format. */
  abstract metrics(): Promise<string>;
}
