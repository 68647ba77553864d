import { type Command, Option } from 'commander';
import { addCallbackOptions } from './options/callback-options.js';
import { addExamples } from './examples.js';
import { MESSAGE_FORMATS } from '../output/message-formats.js';
import { addShutdownTimeout } from './options/shutdown-timeout.js';
import { addTopologyOptions } from './options/topology-options.js';
import type { ConsumeOptions } from '../actions/consume.js';

export function defineConsume(program: Command, onDone: (exitCode: number) => void): void {
  const command = program
    .command('consume')
    .description('Handles messages with a callback. Without a callback, it prints them.');
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
      new Option('--format <format>', 'prints each message in a line, as JSON, or in full')
        .choices(MESSAGE_FORMATS)
        .conflicts(['callback', 'callbackFile', 'app']),
    )
    .action(async () => {
      const options = command.optsWithGlobals<ConsumeOptions>();
      const { consume, runApp } = await import('../actions/consume.js');
      onDone(await (options.app === undefined ? consume(options) : runApp(options, options.app)));
    });
  addExamples(
    command,
    "consume --routing-key 'org.fedoraproject.prod.bodhi.#'",
    '--conf my.toml consume --callback ./consumer.js:onMessage',
    'consume --app ./dist/app.module.js:AppModule',
  );
}
