import { Argument, type Command } from 'commander';
import { addExamples } from './examples.js';
import type { CommonOptions } from './options/common-options.js';

export function defineValidate(program: Command, onDone: (exitCode: number) => void): void {
  const command = program
    .command('validate')
    .description('Checks the messages of a file against their schemas, and reports each invalid message.')
    .addArgument(new Argument('<file>', 'the file, with one JSON object in each line; - is standard input'))
    .action(async (file: string) => {
      const { validate } = await import('../actions/validate.js');
      onDone(await validate(command.optsWithGlobals<CommonOptions>(), file));
    });
  addExamples(command, 'validate messages.jsonl', '--schemas bodhi-messages validate -');
}
