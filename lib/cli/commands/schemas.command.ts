import { ExitCode } from '../../exceptions/index.js';
import { Argument, type Command } from 'commander';

import { addExamples } from './examples.js';
import type { CommonOptions } from './options/common-options.js';

export function defineSchemas(program: Command, onDone: (exitCode: number) => void): void {
  const command = program
    .command('schemas')
    .description('Lists the known message schemas, or prints the JSON Schema of one schema.')
    .addArgument(new Argument('[name]', 'the name of a schema'))
    .action(async (name: string | undefined) => {
      const { printSchemas } = await import('../actions/print-schemas.js');
      await printSchemas(command.optsWithGlobals<CommonOptions>(), name);
      onDone(ExitCode.OK);
    });
  addExamples(command, 'schemas', '--schemas bodhi-messages schemas bodhi.update.request.testing.v1');
}
