import { Argument, type Command } from 'commander';
import { addCallbackOptions } from './options/callback-options.js';
import { addDatagrepperOptions } from './options/datagrepper-options.js';
import { addExamples } from './examples.js';
import type { ReconsumeOptions } from '../actions/reconsume.js';

export function defineReconsume(program: Command, onDone: (exitCode: number) => void): void {
  const command = program
    .command('reconsume')
    .description('Hands a message that Datagrepper has to the callback.')
    .addArgument(new Argument('<id>', 'the id of the message'));
  addCallbackOptions(addDatagrepperOptions(command)).action(async (id: string) => {
    const { reconsume } = await import('../actions/reconsume.js');
    onDone(await reconsume(command.optsWithGlobals<ReconsumeOptions>(), id));
  });
  addExamples(command, 'reconsume --callback ./consumer.js:onMessage 1b2f0e4c-6a8c-4f5e-9d1c-8f3a2b1c0d9e');
}
