/**
 * The metrics of one application: a `Registry` of prom-client. This class has only the parts that are needed to serve
 * them. It is a class, so that a constructor can name it as a type with a plain import.
 *
 * @publicApi
 */
export abstract class MetricsRegistry {
  /** The `Content-Type` to send. */
  abstract readonly contentType: string;
  /** All metrics, in Prometheus's text format. */
  abstract metrics(): Promise<string>;
}
