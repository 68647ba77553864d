import { ExitCode } from '../../exceptions/index.js';
import type { Command } from 'commander';

import { addDatagrepperOptions, type DatagrepperOptions } from '../datagrepper-options.js';
import type { CommonOptions } from '../options.js';

export type ReplayOptions = CommonOptions & DatagrepperOptions;

export function defineReplay(program: Command, onDone: (exitCode: number) => void): void {
  const command = program
    .command('replay')
    .description('Publishes a message again that Datagrepper has, with the topic and id it had.');
  addDatagrepperOptions(command).action(async (id: string) => {
    const { replay } = await import('../actions/replay.js');
    await replay(command.optsWithGlobals<ReplayOptions>(), id);
    onDone(ExitCode.OK);
  });
}
