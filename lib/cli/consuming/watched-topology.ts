import { randomUUID } from 'node:crypto';
import { defaultSettings, type FedoraMessagingSettings } from '../../config/index.js';
import type { ConsumerOptions } from '../../consuming/index.js';
import type { TopologyOptions } from '../commands/options/topology-options.js';
import { toConsumerOptions } from './consumer-topology.js';

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/**
 * Makes the consumer options of a program that only looks: an exclusive queue of its own gets the messages of all
 * configured bindings. Without any binding, it gets all messages of the default exchange.
 */
export function watchedTopology(
  settings: FedoraMessagingSettings,
  options: TopologyOptions,
): ConsumerOptions {
  const bindings = settings.bindings.length > 0 ? settings.bindings : defaultSettings().bindings;
  const queueName = options.queueName ?? nameOfOwnQueue(settings);
  return toConsumerOptions({ ...settings, bindings }, { ...options, queueName });
}

/** Lets the broker name the queue. Fedora's public bus allows only queues whose names are UUIDs. */
function nameOfOwnQueue({ queues }: FedoraMessagingSettings): string {
  return Object.keys(queues).some((name) => UUID.test(name)) ? randomUUID() : '';
}
