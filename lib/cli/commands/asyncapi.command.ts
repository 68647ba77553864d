import { ExitCode } from '../../exceptions/index.js';
import type { Command } from 'commander';

import { type CommonOptions, repeatable } from '../options.js';

export interface AsyncApiCommandOptions extends CommonOptions {
  readonly app: string;
  readonly output?: string;
  /** False with `--no-sends`. */
  readonly sends?: readonly string[] | false;
}

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
}
