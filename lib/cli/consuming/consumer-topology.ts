import { DEFAULT_QUEUE, type FedoraMessagingSettings } from '../../config/index.js';
import type { ConsumerOptions } from '../../consuming/index.js';
import type { TopologyOptions } from '../commands/options/topology-options.js';

/** What is given replaces the configured of all bindings; a queue given is as the default one. */
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

/** The settings, with the name of the application where one is given. */
export function withAppName(
  settings: FedoraMessagingSettings,
  appName: string | undefined,
): FedoraMessagingSettings {
  if (appName === undefined) return settings;
  return { ...settings, clientProperties: { ...settings.clientProperties, app: appName } };
}
