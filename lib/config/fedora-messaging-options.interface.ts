import type { BindingOptions, ConsumerTopology, QueueOptions } from './consumer-topology.interface.js';

/** The settings of an exchange to declare. @publicApi */
export interface ExchangeOptions {
  /** `topic`, `direct`, `fanout`, `headers`, or a type that a broker plugin adds. Default: `topic`. */
  type?: string;
  /** The exchange survives a restart of the broker. Default: true. */
  durable?: boolean;
  /** The broker deletes the exchange when its last binding is gone. Default: false. */
  autoDelete?: boolean;
  /** Exchange arguments, such as `{ 'alternate-exchange': 'unrouted' }`. Default: none. */
  arguments?: Record<string, unknown>;
}

/** Quality of service of a consumer. @publicApi */
export interface QosOptions {
  /** How many unacknowledged messages the broker sends ahead; 0 is no limit. Default: 10. */
  prefetchCount?: number;
  /** How many bytes the broker sends ahead. RabbitMQ knows 0, no limit, only. Default: 0. */
  prefetchSize?: number;
}

/** Files for TLS, in PEM format. @publicApi */
export interface TlsOptions {
  /** The file of the certificate authorities that the broker is verified with. Default: the system's. */
  caCert?: string | null;
  /** The file of the client certificate. With `keyfile`, the client authenticates by it (SASL EXTERNAL). */
  certfile?: string | null;
  /** The file of the client certificate's private key. */
  keyfile?: string | null;
}

/** How long what was lost waits before it is tried again: connections and their channels. @publicApi */
export interface ReconnectOptions {
  /** The pause before the first attempt, in milliseconds; each next one is about twice as long. Default: 100. */
  delay?: number;
  /** No pause is longer than this, in milliseconds. Default: 2,000. */
  maxDelay?: number;
}

/** Where the state of the consumers is served over HTTP; an empty section is off. @publicApi */
export interface MonitoringOptions {
  /** The TCP port. Needed to turn monitoring on. */
  port?: number;
  /** The address to listen on. Default: all interfaces. */
  address?: string;
}

/**
 * What `FedoraMessagingModule.forRoot()` takes: the settings of the reference's configuration file, in
 * camelCase. A section that is given replaces the default one whole.
 *
 * @publicApi
 */
export interface FedoraMessagingOptions {
  /**
   * A configuration file in the reference's TOML format to read first; options given next to it win.
   * `true` reads the file that the reference would: `FEDORA_MESSAGING_CONF`, or else
   * `/etc/fedora-messaging/config.toml`, and takes the defaults where that is missing. Default: none.
   */
  configFile?: string | true;
  /**
   * The broker: `amqp://`, `amqps://` or, for the embedded broker, `memory://`. A list names the nodes of
   * a cluster, which are tried in turn. Default: `amqp://?connection_attempts=3&retry_delay=5`.
   */
  amqpUrl?: string | string[];
  /** Properties the broker shows of the connection. `product`, `information` and `version` are reserved. Default: `{ app: 'Unknown' }`. */
  clientProperties?: Record<string, unknown>;
  /** The exchange that messages are published to. Default: `amq.topic`. */
  publishExchange?: string;
  /** What the topic of every published message is prefixed with, such as `org.fedoraproject.prod`. Default: none. */
  topicPrefix?: string;
  /** The priority (0 to 255) of published messages that have none of their own. Default: none. */
  publishPriority?: number | null;
  /** Do not create queues and exchanges, only check that they exist. Default: false. */
  passiveDeclares?: boolean;
  /** The exchanges to declare before use, by name. Names that begin with `amq.` are the broker's own and never declared. Default: `amq.topic`. */
  exchanges?: Record<string, ExchangeOptions>;
  /** The queues that consumers without queues of their own consume, by name; `''` is named by the broker. Default: one such, not durable, auto-delete, exclusive. */
  queues?: Record<string, QueueOptions>;
  /** The bindings of `queues`. Default: `#` on `amq.topic` to the queue `''`. */
  bindings?: BindingOptions | BindingOptions[];
  /**
   * Queues and bindings by a name of your own, for consumers that are given this name: `@Consumer('updates')`,
   * `@Consumer({ topology: 'updates' })`. The Python library refuses a file with this key. Default: none.
   */
  topologies?: Record<string, ConsumerTopology>;
  /** Default: `{ prefetchCount: 10, prefetchSize: 0 }`. */
  qos?: QosOptions;
  /** Serves `/live`, `/ready` and `/metrics` over HTTP while the application runs. Default: off. */
  monitoring?: MonitoringOptions;
  /**
   * Collect metrics also without `monitoring`, for an application that serves them itself: inject them with
   * {@link FEDORA_MESSAGING_METRICS}. Needs the package prom-client. Not in the file. Default: false.
   */
  metrics?: boolean;
  /** Free settings for the consumers. Default: `{}`. */
  consumerConfig?: Record<string, unknown>;
  /** Default: the system's certificate authorities, no client certificate. */
  tls?: TlsOptions;
  /**
   * Start the decorated consumers when the application has started. With false, one code base serves as the
   * web application that only publishes, and with true as the worker; `FedoraMessagingService.startConsumers()`
   * starts them later. Not in the file. Default: true.
   */
  consumers?: boolean;
  /**
   * Whether the guards, interceptors, pipes and filters of the whole application (`APP_GUARD`, `app.useGlobalGuards()` and
   * so on) stand before messages, too. With false, a web application keeps those that are for HTTP requests off messages;
   * what decorates a handler and its class stands. Not in the file. Default: true, as in a microservice of Nest.
   */
  inheritAppConfig?: boolean;
  /**
   * How long shutting down waits for each message in hand, and then for what is being published, in
   * milliseconds. After that a message goes back into its queue, and a publish fails. Not in the file.
   * Default: 30,000.
   */
  shutdownTimeout?: number;
  /** The pauses before a connection, or a channel, is tried again. Not in the file. */
  reconnect?: ReconnectOptions;
  /**
   * End the process when a consumer has stopped by itself, with the exit code of the reference's command:
   * the HaltConsumer's own, 10 a declaration refused, 12 cancelled by the broker, 13 the handler failed,
   * 14 no connection, 15 no permission. The other consumers and publishes are shut down first. Not in the
   * file. Default: false.
   */
  exitWhenConsumerStops?: boolean;
}
