import { Argument, type Command, Option } from 'commander';
import { ExitCode } from '../../exceptions/index.js';
import type { ParkedOptions } from '../actions/parked.js';
import { addExamples } from './examples.js';
import { wholeNumber } from './options/common-options.js';

export function defineParked(program: Command, onDone: (exitCode: number) => void): void {
  const command = program
    .command('parked')
    .description(
      "Lists the messages of a queue that are parked, after its consumer failed at every retry (onError: 'retry'); gives them back, drops or saves them.",
    )
    .addArgument(new Argument('<queue>', 'the queue of the consumer'))
    .option('--parking-queue <name>', 'where its messages are parked (default: QUEUE.parked)')
    .addOption(new Option('--limit <count>', 'lists so many at most').argParser(wholeNumber(1)).default(100))
    .addOption(
      new Option('--format <format>', 'how they are listed').choices(['table', 'json']).default('table'),
    )
    .addOption(
      new Option('--give-back', 'gives them back to the queue, where each begins anew').conflicts([
        'drop',
        'save',
        'limit',
        'format',
      ]),
    )
    .addOption(
      new Option(
        '--save <file>',
        'appends them to a file that publish reads; - is standard output',
      ).conflicts(['limit', 'format']),
    )
    .addOption(
      new Option('--drop', 'drops them; with --save, each when it has been written').conflicts([
        'limit',
        'format',
      ]),
    )
    .addOption(new Option('--id <id>', 'those with this id').conflicts('all'))
    .option('--all', 'all of them')
    .action(async (queue: string) => {
      const { parked } = await import('../actions/parked.js');
      await parked(command.optsWithGlobals<ParkedOptions>(), queue);
      onDone(ExitCode.OK);
    });
  addExamples(
    command,
    'parked my-queue',
    'parked my-queue --give-back --id 1b2f0e4c-6a8c-4f5e-9d1c-8f3a2b1c0d9e',
    'parked my-queue --save parked.jsonl --drop --all',
  );
}
