import type { Command } from 'commander';
import { ExitCode } from '../../exceptions/index.js';
import { addExamples } from './examples.js';

export function defineNew(program: Command, onDone: (exitCode: number) => void): void {
  const command = program
    .command('new')
    .description(
      'Writes a small application into a new folder: a message class, a consumer, a publisher, a test and a Dockerfile. It overwrites nothing.',
    )
    .argument('<folder>', 'the folder, which is new or empty; its name is the name of the application')
    .action(async (folder: string) => {
      const { createApplication } = await import('../new/create-application.js');
      await createApplication(folder);
      onDone(ExitCode.OK);
    });
  addExamples(command, 'new my-application');
}
