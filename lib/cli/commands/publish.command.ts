import { ExitCode } from '../../exceptions/index.js';
import { Argument, type Command } from 'commander';

import { addExamples } from './examples.js';
import { wholeNumber } from './options/common-options.js';
import type { PublishOptions } from '../actions/publish.js';

export function definePublish(program: Command, onDone: (exitCode: number) => void): void {
  const command = program
    .command('publish')
    .description('Publishes the messages of a file, with one JSON object in each line.')
    .addArgument(new Argument('<file>', 'the file; - is standard input'))
    .option('--exchange <name>', 'the exchange (default: the configured exchange)')
    .option('--skip <lines>', 'starts after this number of lines', wholeNumber(0), 0)
    .action(async (file: string) => {
      const { publish } = await import('../actions/publish.js');
      await publish(command.optsWithGlobals<PublishOptions>(), file);
      onDone(ExitCode.OK);
    });
  addExamples(command, 'publish messages.jsonl', 'publish --exchange amq.topic --skip 1000 messages.jsonl');
}
