import type { Command } from 'commander';
import type { FedoraMessagingSettings } from '../../../config/index.js';
import { wholeNumber } from './common-options.js';

/** The option for how long messages in hand may take after the command was asked to end. */
export interface ShutdownOptions {
  readonly shutdownTimeout?: number;
}

export function addShutdownTimeout(command: Command): Command {
  return command.option(
    '--shutdown-timeout <milliseconds>',
    'how long the message in hand may take after SIGTERM or SIGINT, before it goes back into its queue (default: 30000)',
    wholeNumber(0),
  );
}

/** The settings with the timeout of the option, if it is given. */
export function withShutdownTimeout(
  settings: FedoraMessagingSettings,
  { shutdownTimeout }: ShutdownOptions,
): FedoraMessagingSettings {
  return shutdownTimeout === undefined ? settings : { ...settings, shutdownTimeout };
}
