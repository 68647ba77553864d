import type { JsonSchema } from '../json-schema/index.js';
import type { CommandSettings } from './file/command-settings.interface.js';

const TABLE = { type: 'object' };
const FLAG = { type: 'boolean' };
const NAME = { type: 'string' };
const OPTIONAL_NAME = { type: ['string', 'null'] };
const COUNT = { type: 'integer', minimum: 0, maximum: 65535 };

const QUEUE = {
  type: 'object',
  required: ['durable', 'autoDelete', 'exclusive', 'arguments'],
  properties: { durable: FLAG, autoDelete: FLAG, exclusive: FLAG, arguments: TABLE },
  additionalProperties: false,
};

const BOUND = {
  exchange: NAME,
  routingKeys: { type: 'array', items: NAME },
  arguments: TABLE,
};

const BINDING = {
  type: 'object',
  required: ['exchange', 'routingKeys'],
  properties: { queue: NAME, ...BOUND },
  additionalProperties: false,
};

const EXCHANGE_BINDING = { ...BINDING, properties: BOUND };

const EXCHANGE = {
  type: 'object',
  properties: {
    type: NAME,
    durable: FLAG,
    autoDelete: FLAG,
    arguments: TABLE,
    bindings: { type: 'array', items: EXCHANGE_BINDING },
  },
  additionalProperties: false,
};

const QOS = {
  type: 'object',
  properties: { prefetchCount: COUNT, prefetchSize: { type: 'integer', minimum: 0 } },
  additionalProperties: false,
};

/** The options of the live page. */
export const PAGE_SCHEMA: JsonSchema = {
  type: ['boolean', 'object'],
  properties: {
    // The page checks the functions, which a schema can't describe.
    authorize: true,
    redact: true,
    insecure: FLAG,
    hosts: { type: 'array', items: NAME },
  },
  additionalProperties: false,
};

const MONITORING = {
  type: 'object',
  properties: { port: { type: 'integer', minimum: 0, maximum: 65535 }, address: NAME, page: PAGE_SCHEMA },
  additionalProperties: false,
  // An empty section counts as missing.
  if: { minProperties: 1 },
  // oxlint-disable-next-line unicorn/no-thenable -- a JSON Schema keyword
  then: { required: ['port'] },
};

const TLS = {
  type: 'object',
  properties: { caCert: OPTIONAL_NAME, certfile: OPTIONAL_NAME, keyfile: OPTIONAL_NAME },
  additionalProperties: false,
};

const RESERVED_PROPERTIES = ['product', 'information', 'version'];

/** The tables of a consumer that are sent to the broker, in the settings and in code. */
export const TOPOLOGY_SCHEMA = {
  type: 'object',
  properties: {
    queues: { type: 'object', additionalProperties: QUEUE },
    bindings: { type: 'array', items: BINDING },
    consumeArguments: TABLE,
  },
} satisfies JsonSchema;

const COUNT_FROM_ONE = { type: 'integer', minimum: 1 };

const RETRY = {
  type: 'object',
  properties: {
    in: { enum: ['broker', 'process'] },
    attempts: COUNT_FROM_ONE,
    delays: { type: 'array', items: COUNT_FROM_ONE },
    delay: COUNT_FROM_ONE,
    maxDelay: COUNT_FROM_ONE,
    exhausted: { enum: ['park', 'drop', 'stop'] },
    parkingQueue: NAME,
  },
  additionalProperties: false,
};

/** A topology with a name: queues, bindings, and how to consume them. */
const NAMED_TOPOLOGY = {
  type: 'object',
  properties: {
    ...TOPOLOGY_SCHEMA.properties,
    prefetch: COUNT,
    concurrency: COUNT_FROM_ONE,
    // The consumer checks `onError`: in code it may be a function, which a schema can't describe.
    onError: true,
    retry: RETRY,
  },
  additionalProperties: false,
};

/** The settings that an application takes from the file, by their names in code. */
const SETTINGS_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: {
    amqpUrl: { type: ['string', 'array'], items: NAME, minItems: 1 },
    clientProperties: {
      type: 'object',
      properties: Object.fromEntries(RESERVED_PROPERTIES.map((name) => [name, false])),
    },
    publishExchange: NAME,
    topicPrefix: NAME,
    publishPriority: { type: ['integer', 'null'], minimum: 0, maximum: 255 },
    passiveDeclares: FLAG,
    exchanges: { type: 'object', additionalProperties: EXCHANGE },
    queues: TOPOLOGY_SCHEMA.properties.queues,
    bindings: TOPOLOGY_SCHEMA.properties.bindings,
    topologies: { type: 'object', additionalProperties: NAMED_TOPOLOGY },
    qos: QOS,
    monitoring: MONITORING,
    consumerConfig: TABLE,
    tls: TLS,
  },
} satisfies JsonSchema;

/** The settings that only the command takes from the file. */
const COMMAND_PROPERTIES = {
  callback: OPTIONAL_NAME,
  schemas: { type: 'array', items: NAME },
  logConfig: TABLE,
} satisfies Record<keyof CommandSettings, JsonSchema>;

/** The `additionalProperties` of a table in the file whose unknown keys are ignored. */
export const IGNORED = true;

/** A table in which the Python library ignores unknown keys, and so does this library. */
function withIgnoredKeys<T extends object>(table: T) {
  return { ...table, additionalProperties: IGNORED };
}

/** All settings of the file, by their names in code. {@link inFile} gives the names in the file. */
export const FILE_SCHEMA = {
  ...SETTINGS_SCHEMA,
  properties: {
    ...SETTINGS_SCHEMA.properties,
    exchanges: { type: 'object', additionalProperties: withIgnoredKeys(EXCHANGE) },
    queues: { type: 'object', additionalProperties: withIgnoredKeys(QUEUE) },
    bindings: { type: 'array', items: withIgnoredKeys(BINDING) },
    qos: withIgnoredKeys(QOS),
    monitoring: withIgnoredKeys({ ...MONITORING, properties: { ...MONITORING.properties, page: FLAG } }),
    tls: withIgnoredKeys(TLS),
    ...COMMAND_PROPERTIES,
  },
} satisfies JsonSchema;

/** Whether only the command uses a setting. */
export function isOfCommand(name: string): boolean {
  return Object.hasOwn(COMMAND_PROPERTIES, name);
}

/** The limit of Node's timers, in milliseconds. */
const MAX_PAUSE_MS = 2 ** 31 - 1;
const PAUSE_MS = { type: 'number', minimum: 1, maximum: MAX_PAUSE_MS };

/** The options: the settings of the file, and the settings that exist only in code. */
export const OPTIONS_SCHEMA = {
  ...SETTINGS_SCHEMA,
  properties: {
    ...SETTINGS_SCHEMA.properties,
    consumers: FLAG,
    inheritAppConfig: FLAG,
    metrics: FLAG,
    shutdownTimeout: { type: 'number', minimum: 0 },
    reconnect: {
      type: 'object',
      properties: { delay: PAUSE_MS, maxDelay: PAUSE_MS },
      additionalProperties: false,
    },
    datagrepper: {
      type: 'object',
      properties: {
        url: NAME,
        timeout: PAUSE_MS,
        interval: { type: 'number', minimum: 0, maximum: MAX_PAUSE_MS },
        attempts: COUNT_FROM_ONE,
        delay: PAUSE_MS,
        maxDelay: PAUSE_MS,
      },
      additionalProperties: false,
    },
    exitWhenConsumerStops: FLAG,
  },
} satisfies JsonSchema;

/** The name of a setting in the configuration file: `topicPrefix` in code is `topic_prefix` there. */
export function inFile(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
