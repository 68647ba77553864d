import { Argument, type Command, Option } from 'commander';
import { ExitCode } from '../../exceptions/index.js';
import type { ParkedOptions } from '../actions/parked.js';
import { addExamples } from './examples.js';
import { wholeNumber } from './options/common-options.js';

export function defineParked(program: Command, onDone: (exitCode: number) => void): void {
  const command = program
    .command('parked')
    .description(
      "Lists parked messages of a queue: its consumer failed at every attempt (onError: 'retry'). Gives them back, drops or saves them.",
    )
    .addArgument(new Argument('<queue>', 'the queue of the consumer'))
    .option('--parking-queue <name>', 'the queue of the parked messages (default: QUEUE.parked)')
    .addOption(
      new Option('--limit <count>', 'lists at most this number of messages')
        .argParser(wholeNumber(1))
        .default(100),
    )
    .addOption(
      new Option('--format <format>', 'the format of the list').choices(['table', 'json']).default('table'),
    )
    .addOption(
      new Option(
        '--give-back',
        'gives messages back to the queue, where their attempts start again',
      ).conflicts(['drop', 'save', 'limit', 'format']),
    )
    .addOption(
      new Option('--save <file>', 'appends messages to a file for publish; - is standard output').conflicts([
        'limit',
        'format',
      ]),
    )
    .addOption(
      new Option('--drop', 'drops messages; with --save, each message after it is written').conflicts([
        'limit',
        'format',
      ]),
    )
    .addOption(new Option('--id <id>', 'the messages with this id').conflicts('all'))
    .option('--all', 'all parked messages')
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
