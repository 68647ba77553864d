import { ExitCode } from '../../exceptions/index.js';
import { Argument, type Command } from 'commander';

import { addDatagrepperOptions } from './options/datagrepper-options.js';
import { addExamples } from './examples.js';
import type { ReplayOptions } from '../actions/replay.js';

export function defineReplay(program: Command, onDone: (exitCode: number) => void): void {
  const command = program
    .command('replay')
    .description('Publishes a message from Datagrepper again, with its topic and id.')
    .addArgument(new Argument('<id>', 'the id of the message'));
  addDatagrepperOptions(command).action(async (id: string) => {
    const { replay } = await import('../actions/replay.js');
    await replay(command.optsWithGlobals<ReplayOptions>(), id);
    onDone(ExitCode.OK);
  });
  addExamples(command, 'replay 1b2f0e4c-6a8c-4f5e-9d1c-8f3a2b1c0d9e');
}
