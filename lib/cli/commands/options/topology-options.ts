import type { Command } from 'commander';
import { repeatable } from './common-options.js';

/** The options for queues, bindings and the application's name. */
export interface TopologyOptions {
  readonly appName?: string;
  readonly routingKey?: readonly string[];
  readonly queueName?: string;
  readonly exchange?: string;
}

/** What a command consumes when its options name no queue. */
const CONFIGURED_QUEUES = 'the configured queues, or a queue that the broker names';

/**
 * Adds the options.
 *
 * @param appName the default of `--app-name`
 * @param defaultQueue what is consumed without `--queue-name`, for the help
 */
export function addTopologyOptions(
  command: Command,
  appName?: string,
  defaultQueue = CONFIGURED_QUEUES,
): Command {
  return command
    .option('--app-name <name>', 'the name that the broker shows for the application', appName)
    .option('--routing-key <key>', 'consumes messages with this routing key; repeatable', repeatable)
    .option('--queue-name <name>', `the queue (default: ${defaultQueue})`)
    .option('--exchange <name>', 'the exchange to which the queue is bound');
}
