import { Command } from 'commander';
import { withoutPasswords } from '../../exceptions/index.js';
import { VERSION } from '../../package/index.js';
import { defineAsyncApi } from './asyncapi.command.js';
import { defineConsume } from './consume.command.js';
import { defineInit } from './init.command.js';
import { addCommonOptions } from './options/common-options.js';
import { defineNew } from './new.command.js';
import { defineParked } from './parked.command.js';
import { definePublish } from './publish.command.js';
import { defineReconsume } from './reconsume.command.js';
import { defineRecord } from './record.command.js';
import { defineReplay } from './replay.command.js';
import { defineSchemas } from './schemas.command.js';
import { defineSearch } from './search.command.js';
import { defineValidate } from './validate.command.js';
import { defineWatch } from './watch.command.js';

/** The first steps of a newcomer, which need only a broker. */
const DESCRIPTION = `Publishes, consumes and records messages of Fedora's message bus.

First steps, with RabbitMQ on this machine (another broker: --amqp-url or --conf):
  $ fedora-messaging consume
prints each message that comes, until Ctrl+C. In another terminal,
  $ echo '{"topic": "hello", "body": {}}' | fedora-messaging publish -
publishes one. "fedora-messaging init" writes a configuration for Fedora's public bus.
"fedora-messaging COMMAND --help" shows the options and examples of a command.`;

/**
 * Defines the command line: the sub-commands, their options and help.
 *
 * @param onDone called with the exit code when a sub-command has run
 */
export function defineProgram(onDone: (exitCode: number) => void): Command {
  const program = addCommonOptions(new Command('fedora-messaging'))
    .description(DESCRIPTION)
    .version(VERSION)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    // Commander quotes arguments that it does not understand, and such an argument may be a URL with a password.
    .configureOutput({ outputError: (text, write) => write(withoutPasswords(text)) })
    .showHelpAfterError('(for help: "fedora-messaging --help")');
  defineNew(program, onDone);
  defineInit(program, onDone);
  defineConsume(program, onDone);
  defineWatch(program, onDone);
  definePublish(program, onDone);
  defineRecord(program, onDone);
  defineSearch(program, onDone);
  defineReplay(program, onDone);
  defineParked(program, onDone);
  defineReconsume(program, onDone);
  defineValidate(program, onDone);
  defineSchemas(program, onDone);
  defineAsyncApi(program, onDone);
  nameHelpIn(program, 'fedora-messaging');
  return program;
}

/** Says after each error which command shows the help. */
function nameHelpIn(parent: Command, words: string): void {
  for (const command of parent.commands) {
    command.showHelpAfterError(`(for help: "${words} ${command.name()} --help")`);
    nameHelpIn(command, `${words} ${command.name()}`);
  }
}
