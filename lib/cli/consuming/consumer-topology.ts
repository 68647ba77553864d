import { DEFAULT_QUEUE, type FedoraMessagingSettings } from '../../config/index.js';
import type { ConsumerOptions } from '../../consuming/index.js';
import type { TopologyOptions } from '../commands/options/topology-options.js';

/**
 * Makes the consumer options. Command-line options override every configured binding; a queue given by name uses the
 * default queue settings.
 */
export function toConsumerOptions(
  { queues, bindings }: FedoraMessagingSettings,
  { routingKey, queueName, exchange }: TopologyOptions,
): ConsumerOptions {
  return {
    queues: queueName === undefined ? queues : { [queueName]: DEFAULT_QUEUE },
    bindings: bindings.map((binding) => ({
      ...binding,
      ...(queueName !== undefined && { queue: queueName }),
      ...(exchange !== undefined && { exchange }),
      ...(routingKey !== undefined && { routingKeys: [...routingKey] }),
    })),
  };
}

/** The settings with the application's name, if it is given. */
export function withAppName(
  settings: FedoraMessagingSettings,
  appName: string | undefined,
): FedoraMessagingSettings {
  if (appName === undefined) return settings;
  return { ...settings, clientProperties: { ...settings.clientProperties, app: appName } };
}
