import { Argument, type Command } from 'commander';
import { addExamples } from './examples.js';
import { wholeNumber } from './options/common-options.js';
import { addShutdownTimeout } from './options/shutdown-timeout.js';
import { addTopologyOptions } from './options/topology-options.js';
import type { RecordOptions } from '../actions/record.js';

export function defineRecord(program: Command, onDone: (exitCode: number) => void): void {
  const command = program
    .command('record')
    .description('Appends received messages to a file, with one JSON object in each line.')
    .addArgument(new Argument('<file>', 'the file; - is standard output'))
    .option('--limit <count>', 'ends after this number of messages', wholeNumber(1));
  addShutdownTimeout(addTopologyOptions(command, 'recorder')).action(async (file: string) => {
    const { record } = await import('../actions/record.js');
    onDone(await record(command.optsWithGlobals<RecordOptions>(), file));
  });
  addExamples(
    command,
    'record --limit 100 messages.jsonl',
    "record --routing-key 'org.fedoraproject.prod.bodhi.#' bodhi.jsonl",
  );
}
