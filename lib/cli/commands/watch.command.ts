import { type Command, InvalidArgumentError } from 'commander';
import { addExamples } from './examples.js';
import { wholeNumber } from './options/common-options.js';
import { addTopologyOptions } from './options/topology-options.js';
import type { WatchOptions } from '../actions/watch.js';

const LAST_PORT = 65_535;

export function defineWatch(program: Command, onDone: (exitCode: number) => void): void {
  const command = program
    .command('watch')
    .description(
      'Shows the messages that come, live, on a page of this machine, and prints its address. The messages come to a queue of its own, so that no other program misses a message.',
    )
    .option(
      '--app <module:class>',
      'a Nest module whose message classes are used; it is created, but not started',
    );
  addTopologyOptions(command, 'watcher', 'a new queue that only this command uses')
    .option('--port <port>', 'the port of the page, on 127.0.0.1; 0 is any free port', port, 0)
    .action(async () => {
      const { watch } = await import('../actions/watch.js');
      onDone(await watch(command.optsWithGlobals<WatchOptions>()));
    });
  addExamples(
    command,
    'watch',
    "--conf fedora.toml watch --routing-key 'org.fedoraproject.prod.bodhi.#'",
    'watch --app ./dist/app.module.js:AppModule --port 8080',
  );
}

function port(value: string): number {
  const number = wholeNumber(0)(value);
  if (number <= LAST_PORT) return number;
  throw new InvalidArgumentError(`It must be at most ${LAST_PORT}.`);
}
