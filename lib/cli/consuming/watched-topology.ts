import { randomUUID } from 'node:crypto';
import { defaultSettings, type FedoraMessagingSettings } from '../../config/index.js';
import type { ConsumerOptions } from '../../consuming/index.js';
import type { TopologyOptions } from '../commands/options/topology-options.js';
import { CommandError } from '../command-error.js';
import { toConsumerOptions } from './consumer-topology.js';

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/**
 * Makes the consumer options of a program that only looks: an exclusive queue of its own gets the messages of all
 * configured bindings. Without any binding, it gets all messages of the default exchange.
 *
 * @throws CommandError when the named queue belongs to another program
 */
export function watchedTopology(
  settings: FedoraMessagingSettings,
  options: TopologyOptions,
): ConsumerOptions {
  if (settings.passiveDeclares && options.queueName !== undefined) {
    throw new CommandError(
      `option --queue-name: 'passive_declares' is on, so the queue '${options.queueName}' belongs to another program, and watch would take its messages: leave the option out`,
    );
  }
  const bindings = settings.bindings.length > 0 ? settings.bindings : defaultSettings().bindings;
  const queueName = options.queueName ?? nameOfOwnQueue(settings);
  return toConsumerOptions({ ...settings, bindings }, { ...options, queueName });
}

/**
 * The settings of a program that only looks. `passive_declares` says that queues and exchanges are there: a new queue
 * with a name is not. The library declares a queue that the broker names in any case.
 */
export function watchedSettings(
  settings: FedoraMessagingSettings,
  { queues = {} }: ConsumerOptions,
): FedoraMessagingSettings {
  const isNamed = Object.keys(queues).some((name) => name !== '');
  return settings.passiveDeclares && isNamed
    ? { ...settings, passiveDeclares: false, exchanges: {} }
    : settings;
}

/** Lets the broker name the queue. Fedora's public bus allows only queues whose names are UUIDs. */
function nameOfOwnQueue({ queues }: FedoraMessagingSettings): string {
  return Object.keys(queues).some((name) => UUID.test(name)) ? randomUUID() : '';
}
