import type { Command } from 'commander';
import { addCallbackOptions, type CallbackOptions } from '../callback-options.js';
import { addDatagrepperOptions, type DatagrepperOptions } from '../datagrepper-options.js';
import type { CommonOptions } from '../options.js';

export type ReconsumeOptions = CommonOptions & DatagrepperOptions & CallbackOptions;

export function defineReconsume(program: Command, onDone: (exitCode: number) => void): void {
  const command = program
    .command('reconsume')
    .description('Hands a message that Datagrepper has to the callback.');
  addCallbackOptions(addDatagrepperOptions(command)).action(async (id: string) => {
    const { reconsume } = await import('../actions/reconsume.js');
    onDone(await reconsume(command.optsWithGlobals<ReconsumeOptions>(), id));
  });
}
