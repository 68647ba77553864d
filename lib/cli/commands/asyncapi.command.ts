import { ExitCode } from '../../exceptions/index.js';
import type { Command } from 'commander';

import { addExamples } from './examples.js';
import { repeatable } from './options/common-options.js';
import type { AsyncApiCommandOptions } from '../actions/write-asyncapi.js';

export function defineAsyncApi(program: Command, onDone: (exitCode: number) => void): void {
  const command = program
    .command('asyncapi')
    .description('Writes an AsyncAPI document of the messages that a Nest module receives and sends.')
    .requiredOption('--app <module:class>', 'the Nest module; it is created, but not started')
    .option('--output <file>', 'writes this file (.json, .yaml) instead of printing JSON')
    .option(
      '--sends <schema>',
      'a schema whose messages the module publishes; repeatable (default: all schemas with a topic)',
      (name, before?: readonly string[] | false) => repeatable(name, before || undefined),
    )
    .option('--no-sends', 'the module publishes nothing')
    .action(async () => {
      const { writeDocument } = await import('../actions/write-asyncapi.js');
      await writeDocument(command.optsWithGlobals<AsyncApiCommandOptions>());
      onDone(ExitCode.OK);
    });
  addExamples(command, 'asyncapi --app ./dist/app.module.js:AppModule --output asyncapi.yaml');
}
