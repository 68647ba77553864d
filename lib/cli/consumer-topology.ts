import { DEFAULT_QUEUE, type FedoraMessagingSettings } from '../config/index.js';
import type { ConsumerOptions } from '../consuming/index.js';
import type { Command } from 'commander';
import { repeatable } from './options.js';

/** The options that say what is consumed. */
export interface TopologyOptions {
  readonly appName?: string;
  readonly routingKey?: readonly string[];
  readonly queueName?: string;
  readonly exchange?: string;
}

export function addTopologyOptions(command: Command, appName?: string): Command {
  return command
    .option('--app-name <name>', 'what the broker shows as the name of the application', appName)
    .option('--routing-key <key>', 'consume messages with this routing key; repeatable', repeatable)
    .option('--queue-name <name>', 'the queue; by default the configured ones, or one that the broker names')
    .option('--exchange <name>', 'the exchange that the queue is bound to');
}

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
