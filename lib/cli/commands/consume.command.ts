import { type Command, Option } from 'commander';
import { addCallbackOptions, type CallbackOptions } from '../callback-options.js';
import { MESSAGE_FORMATS, type MessageFormat } from '../message-formats.js';
import type { CommonOptions } from '../options.js';
import { addShutdownTimeout, type ShutdownOptions } from '../shutdown-timeout.js';
import { addTopologyOptions, type TopologyOptions } from '../topology-options.js';

export interface ConsumeOptions extends CommonOptions, TopologyOptions, CallbackOptions, ShutdownOptions {
  readonly app?: string;
  readonly format?: MessageFormat;
}

export function defineConsume(program: Command, onDone: (exitCode: number) => void): void {
  const command = program
    .command('consume')
    .description('Handles messages with a callback; without one, prints them.');
  addCallbackOptions(command).addOption(
    new Option('--app <module:class>', 'runs the @Consumer handlers of a Nest module instead').conflicts([
      'callback',
      'callbackFile',
      'appName',
      'routingKey',
      'queueName',
      'exchange',
      'shutdownTimeout',
    ]),
  );
  addShutdownTimeout(addTopologyOptions(command))
    .addOption(
      new Option('--format <format>', 'prints messages: in a line, as JSON, or in full')
        .choices(MESSAGE_FORMATS)
        .conflicts(['callback', 'callbackFile', 'app']),
    )
    .action(async () => {
      const options = command.optsWithGlobals<ConsumeOptions>();
      const { consume, runApp } = await import('../actions/consume.js');
      onDone(await (options.app === undefined ? consume(options) : runApp(options, options.app)));
    });
}
