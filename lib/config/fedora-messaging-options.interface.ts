import type { BindingOptions, ConsumerTopology, QueueOptions } from './consumer-topology.interface.js';
import type { PageOptions } from './page-options.interface.js';

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
  /**
   * Other exchanges from which this exchange gets messages. Such a binding is RabbitMQ's extension of AMQP; it needs the
   * permissions to write to this exchange and to read from the other one. It is made also with `passiveDeclares`, as
   * those of queues are. Removing it here does not remove it from the broker. Default: none.
   */
  bindings?: ExchangeBindingOptions[];
}

/** Which messages of another exchange an exchange gets. @publicApi */
export type ExchangeBindingOptions = Omit<BindingOptions, 'queue'>;

/** Quality of service of a consumer. @publicApi */
export interface QosOptions {
  /** How many unacknowledged messages the broker sends ahead; 0 is no limit. Default: 10. */
  prefetchCount?: number;
  /** How many bytes the broker sends ahead; 0 is no limit. RabbitMQ accepts only 0. Default: 0. */
  prefetchSize?: number;
}

/** Files for TLS, in PEM format. @publicApi */
export interface TlsOptions {
  /** The file of the certificate authorities that verify the broker. Default: the system's authorities. */
  caCert?: string | null;
  /** The file of the client certificate. With `keyfile`, the certificate authenticates the client (SASL EXTERNAL). */
  certfile?: string | null;
  /** The file of the client certificate's private key. */
  keyfile?: string | null;
}

/** How long to wait before a lost connection or channel is opened again. @publicApi */
export interface ReconnectOptions {
  /** The pause before the first attempt, in milliseconds. Each next pause is about twice as long. Default: 100. */
  delay?: number;
  /** The longest pause, in milliseconds. Default: 2,000. */
  maxDelay?: number;
}

/** Where Datagrepper is, Fedora's archive of messages, and how it is asked. @publicApi */
export interface DatagrepperOptions {
  /** Its URL, http or https. Default: `https://apps.fedoraproject.org/datagrepper`. */
  url?: string;
  /** How long an answer may take, in milliseconds. Default: 60,000. */
  timeout?: number;
  /** The shortest time from one request to the next, in milliseconds: Datagrepper serves everybody. Default: 500. */
  interval?: number;
  /** How often a request is tried that fails for a reason that may pass. Default: 5. */
  attempts?: number;
  /** The pause before the second attempt, in milliseconds. Each next pause is about twice as long. Default: 1,000. */
  delay?: number;
  /** The longest pause, in milliseconds, unless Datagrepper asks for a longer one (`Retry-After`). Default: 60,000. */
  maxDelay?: number;
}

/** Where the state of the consumers is served over HTTP. An empty section turns monitoring off. @publicApi */
export interface MonitoringOptions {
  /** The TCP port. It turns monitoring on. */
  port?: number;
  /** The address to listen on. Default: all interfaces; with the page, `127.0.0.1`. */
  address?: string;
  /**
   * Whether to serve the live page at `/`, and how. An address that is not loopback needs `authorize` or `insecure`. In
   * the file: `page = true`. Default: false.
   */
  page?: boolean | PageOptions;
}

/**
 * The options of `FedoraMessagingModule.forRoot()`: the settings of the Python library's configuration file, in
 * camelCase, and a few more. A section that you give replaces the whole default section.
 *
 * @publicApi
 */
export interface FedoraMessagingOptions {
  /**
   * A configuration file in the TOML format of the Python library. The other options take precedence over the file.
   * `true` reads the file that the Python library reads: `FEDORA_MESSAGING_CONF`, else
   * `/etc/fedora-messaging/config.toml`; when that file is missing, the defaults apply. Default: none.
   */
  configFile?: string | true;
  /**
   * The URL of the broker: `amqp://`, `amqps://` or, for the embedded broker, `memory://`. A list names the nodes of a
   * cluster; the library tries them in turn. Default: `amqp://?connection_attempts=3&retry_delay=5`.
   */
  amqpUrl?: string | string[];
  /**
   * Properties that the broker shows for the connection. `product`, `information` and `version` are reserved. Default:
   * `{ app: 'Unknown' }`.
   */
  clientProperties?: Record<string, unknown>;
  /** The exchange that messages are published to. Default: `amq.topic`. */
  publishExchange?: string;
  /** The prefix of the topic of every published message, such as `org.fedoraproject.prod`. Default: none. */
  topicPrefix?: string;
  /** The priority (0 to 255) of published messages without a priority of their own. Default: none. */
  publishPriority?: number | null;
  /** Whether to check only that queues and exchanges exist, instead of creating them. Default: false. */
  passiveDeclares?: boolean;
  /**
   * The exchanges to declare before use, by name. Exchanges whose names begin with `amq.` belong to the broker and are
   * never declared. Default: `amq.topic`.
   */
  exchanges?: Record<string, ExchangeOptions>;
  /**
   * The queues that consumers without queues of their own consume, by name. The broker names the queue `''`. Default:
   * the queue `''`, non-durable, auto-delete and exclusive.
   */
  queues?: Record<string, QueueOptions>;
  /** The bindings of `queues`. Default: `#` on `amq.topic` to the queue `''`. */
  bindings?: BindingOptions | BindingOptions[];
  /**
   * Queues and bindings under a name of your own. Consumers use them by that name: `@Consumer('updates')`,
   * `@Consumer({ topology: 'updates' })`. The Python library refuses a file with this key. Default: none.
   */
  topologies?: Record<string, ConsumerTopology>;
  /** Default: `{ prefetchCount: 10, prefetchSize: 0 }`. */
  qos?: QosOptions;
  /** Serves `/live`, `/ready` and `/metrics` over HTTP while the application runs. Default: off. */
  monitoring?: MonitoringOptions;
  /**
   * Whether to collect metrics also without `monitoring`, for an application that serves metrics itself: inject them
   * with {@link FEDORA_MESSAGING_METRICS}. Needs the package prom-client. Not in the file. Default: false.
   */
  metrics?: boolean;
  /** Free settings for the consumers. Default: `{}`. */
  consumerConfig?: Record<string, unknown>;
  /** Default: the system's certificate authorities, no client certificate. */
  tls?: TlsOptions;
  /**
   * Whether to start the decorated consumers when the application has started. One code base can then be a web
   * application that only publishes (false) and a worker (true). `FedoraMessagingService.startConsumers()` starts the
   * consumers later. Not in the file. Default: true.
   */
  consumers?: boolean;
  /**
   * Whether the global guards, interceptors, pipes and filters of the application (`APP_GUARD`, `app.useGlobalGuards()`
   * and so on) apply to messages, too. Set false in a web application whose global enhancers expect HTTP requests. The
   * enhancers on a handler and its class always apply. Not in the file. Default: true, as in a microservice of Nest.
   */
  inheritAppConfig?: boolean;
  /**
   * How long shutdown waits for each message in hand, and then for publishes in flight, in milliseconds. After that
   * time a message goes back into its queue, and a publish fails. Not in the file. Default: 30,000.
   */
  shutdownTimeout?: number;
  /** The pauses before a lost connection or channel is opened again. Not in the file. */
  reconnect?: ReconnectOptions;
  /** The address of Datagrepper, and how `Datagrepper` asks it. Not in the file. */
  datagrepper?: DatagrepperOptions;
  /**
   * Whether to end the process when a consumer has stopped by itself. The other consumers and publishes are shut down
   * first. The exit code is that of the Python library's command: the HaltConsumer's own code, 10 for a refused
   * declaration, 12 when the broker cancelled the consumer, 13 when the handler failed, 14 without a connection, 15
   * without permission. Not in the file. Default: false.
   */
  exitWhenConsumerStops?: boolean;
}
