import { ExitCode } from '../../exceptions/index.js';
import type { Command } from 'commander';

import { addExamples } from './examples.js';
import { repeatable } from './options/common-options.js';
import type { AsyncApiCommandOptions } from '../actions/write-asyncapi.js';

export function defineAsyncApi(program: Command, onDone: (exitCode: number) => void): void {
  const command = program
    .command('asyncapi')
    .description('Writes an AsyncAPI document of a Nest module: what it receives and sends.')
    .requiredOption('--app <module:class>', 'the Nest module; it is put together, but nothing is started')
    .option('--output <file>', 'writes this file (.json, .yaml) instead of printing JSON')
    .option(
      '--sends <schema>',
      'a schema whose messages it publishes; repeatable; by default all that have a topic',
      (name, before?: readonly string[] | false) => repeatable(name, before || undefined),
    )
    .option('--no-sends', 'it publishes nothing')
    .action(async () => {
      const { writeDocument } = await import('../actions/write-asyncapi.js');
      await writeDocument(command.optsWithGlobals<AsyncApiCommandOptions>());
      onDone(ExitCode.OK);
    });
  addExamples(command, 'asyncapi --app ./dist/app.module.js:AppModule --output asyncapi.yaml');
}
