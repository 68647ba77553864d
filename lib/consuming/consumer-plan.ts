import {
  assertTopology,
  type BindingOptions,
  type FedoraMessagingSettings,
  type QueueOptions,
  withBindingsInList,
} from '../config/index.js';
import { ConfigurationException } from '../exceptions/index.js';
import type { LibraryLogger } from '../logging/index.js';
import type { ConsumerOptions } from './consumer-options.interface.js';
import { type Flow, flowOf } from './flow.js';

/** One queue to consume, and how it is bound. */
export interface ConsumerPlan extends Flow {
  /** `''` when the broker names the queue. */
  readonly queue: string;
  readonly options: QueueOptions;
  readonly bindings: readonly BindingOptions[];
  /** Arguments of the consumer itself, not of the queue. */
  readonly consumeArguments: Readonly<Record<string, unknown>>;
  /** Queues that are declared with it, but not consumed. */
  readonly auxiliaryQueues: readonly AuxiliaryQueue[];
}

/** A queue that is declared together with the consumed queue. */
export interface AuxiliaryQueue {
  readonly name: string;
  /** Messages that wait for their next attempt, or parked messages. */
  readonly holds: 'retries' | 'parked';
  /** Declarations in order of preference: the queue is declared with the first that the broker accepts. */
  readonly variants: readonly QueueVariant[];
}

/** One declaration of a queue. */
export interface QueueVariant {
  readonly options: QueueOptions;
  /** The first major version of RabbitMQ that understands it. Default: every broker. */
  readonly since?: number;
}

/**
 * Plans which queues are consumed, and how each is bound. A binding without a queue belongs to the server-named queue
 * if there is one, else to the only queue.
 *
 * @throws ConfigurationException
 */
export function planConsumers(
  options: ConsumerOptions,
  settings: Pick<FedoraMessagingSettings, 'queues' | 'bindings' | 'qos'>,
  name: string,
  logger: LibraryLogger,
): ConsumerPlan[] {
  const own = withBindingsInList(options) as ConsumerOptions & { bindings?: BindingOptions[] };
  const { queues = settings.queues, bindings = settings.bindings } = own;
  const { consumeArguments = {} } = options;
  const flow = flowOf(options, settings, name);
  // Those of the settings have been checked; a configuration file may have keys that code may not have.
  const topology = {
    ...(own.queues && { queues }),
    ...(own.bindings && { bindings }),
    consumeArguments,
  };
  assertTopology(topology, `The consumer ${name}`);
  const names = Object.keys(queues);
  if (names.length === 0) {
    throw new ConfigurationException(
      `The consumer ${name}: 'queues' must name at least one queue to consume`,
    );
  }
  const only = names.length === 1 ? names[0]! : undefined;
  const withQueue = bindings.map((binding) => {
    const queue = binding.queue ?? (Object.hasOwn(queues, '') ? '' : only);
    if (queue === undefined) {
      throw new ConfigurationException(
        `The consumer ${name}: a binding on ${binding.exchange} has no 'queue', but the consumer has several queues (${names.join(', ')}): name one of them`,
      );
    }
    return { ...binding, queue };
  });
  for (const { queue, exchange } of withQueue) {
    // The default binding belongs to the queue `''`, which may be missing without a mistake.
    if (queue !== '' && !Object.hasOwn(queues, queue)) {
      logger.warn(
        `The consumer ${name}: a binding on ${exchange} is for queue '${queue}', which is not among its queues (${names.join(', ')}), so the binding is not declared. Correct its 'queue'`,
      );
    }
  }
  for (const queue of names) {
    if (bindings.length === 0 || withQueue.some((binding) => binding.queue === queue)) continue;
    logger.warn(
      `The consumer ${name}: no binding is for its queue '${queue}', so it gets no messages unless another program binds it. Add 'bindings', or write 'bindings: []' if this is intended`,
    );
  }
  return Object.entries(queues).map(([queue, queueOptions]) => ({
    queue,
    options: queueOptions,
    bindings: withQueue.filter((binding) => binding.queue === queue),
    ...flow,
    consumeArguments,
    auxiliaryQueues: [],
  }));
}
