import type { Command } from 'commander';
import { repeatable } from './common-options.js';

/** The options for queues, bindings and the application's name. */
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
