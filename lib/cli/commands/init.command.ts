import { Argument, type Command, Option } from 'commander';
import { ExitCode } from '../../exceptions/index.js';
import type { InitOptions } from '../actions/init.js';
import { BUS_PRESETS } from '../init/bus-presets.js';
import { addExamples } from './examples.js';

export function defineInit(program: Command, onDone: (exitCode: number) => void): void {
  const command = program
    .command('init')
    .description(
      "Writes a configuration file with a new queue for Fedora's public bus, or for RabbitMQ on this machine. It overwrites nothing.",
    )
    .addArgument(new Argument('[file]', 'the file; - is standard output').default('fedora-messaging.toml'))
    .addOption(new Option('--bus <bus>', 'the bus').choices(Object.keys(BUS_PRESETS)).default('fedora'))
    .option(
      '--certificates <folder>',
      'the folder of the certificates that everybody uses (default: /etc/fedora-messaging, where the RPM has them)',
    )
    .action(async (file: string) => {
      const { init } = await import('../actions/init.js');
      await init(command.opts<InitOptions>(), file);
      onDone(ExitCode.OK);
    });
  addExamples(
    command,
    'init',
    'init --bus fedora.stg --certificates ./certificates staging.toml',
    'init --bus local',
  );
}
