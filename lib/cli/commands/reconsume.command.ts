import type { Command } from 'commander';
import { addCallbackOptions } from './callback-options.js';
import { addDatagrepperOptions } from './datagrepper-options.js';
import type { ReconsumeOptions } from '../actions/reconsume.js';

export function defineReconsume(program: Command, onDone: (exitCode: number) => void): void {
  const command = program
    .command('reconsume')
    .description('Hands a message that Datagrepper has to the callback.');
  addCallbackOptions(addDatagrepperOptions(command)).action(async (id: string) => {
    const { reconsume } = await import('../actions/reconsume.js');
    onDone(await reconsume(command.optsWithGlobals<ReconsumeOptions>(), id));
  });
}
