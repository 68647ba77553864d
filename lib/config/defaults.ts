import type { QueueOptions } from './consumer-topology.interface.js';
import type { DatagrepperOptions } from './fedora-messaging-options.interface.js';
import type { FedoraMessagingSettings } from './fedora-messaging-settings.js';

/** The bus name used when none is given. */
export const DEFAULT_BUS = 'default';

/** The exchange that every RabbitMQ has, and that Fedora's bus uses. */
export const DEFAULT_EXCHANGE = 'amq.topic';

/** The default of `qos.prefetchCount`: how many unacknowledged messages the broker sends ahead. */
export const DEFAULT_PREFETCH_COUNT = 10;

/** The first and the longest pause before a lost connection or channel is opened again, in milliseconds. */
export const DEFAULT_RECONNECT_DELAY = 100;
export const DEFAULT_MAX_RECONNECT_DELAY = 2_000;

/** How Datagrepper is asked, unless the settings say otherwise. */
export const DEFAULT_DATAGREPPER: Required<DatagrepperOptions> = {
  url: 'https://apps.fedoraproject.org/datagrepper',
  timeout: 60_000,
  interval: 500,
  attempts: 5,
  delay: 1_000,
  maxDelay: 60_000,
};

/** The settings of the server-named queue, and of a queue for which only the name is given. */
export const DEFAULT_QUEUE: QueueOptions = {
  durable: false,
  autoDelete: true,
  exclusive: true,
  arguments: {},
};

/** The settings in force when nothing is configured. Each call returns a new copy. */
export function defaultSettings(): FedoraMessagingSettings {
  return {
    amqpUrl: 'amqp://?connection_attempts=3&retry_delay=5',
    clientProperties: { app: 'Unknown' },
    publishExchange: DEFAULT_EXCHANGE,
    topicPrefix: '',
    publishPriority: null,
    passiveDeclares: false,
    exchanges: {
      [DEFAULT_EXCHANGE]: { type: 'topic', durable: true, autoDelete: false, arguments: {} },
    },
    queues: { '': { ...DEFAULT_QUEUE, arguments: {} } },
    bindings: [{ queue: '', exchange: DEFAULT_EXCHANGE, routingKeys: ['#'] }],
    topologies: {},
    qos: { prefetchCount: DEFAULT_PREFETCH_COUNT, prefetchSize: 0 },
    monitoring: {},
    metrics: false,
    consumerConfig: {},
    tls: { caCert: null, certfile: null, keyfile: null },
    consumers: true,
    inheritAppConfig: true,
    shutdownTimeout: 30_000,
    reconnect: { delay: DEFAULT_RECONNECT_DELAY, maxDelay: DEFAULT_MAX_RECONNECT_DELAY },
    datagrepper: { ...DEFAULT_DATAGREPPER },
    exitWhenConsumerStops: false,
  };
}
