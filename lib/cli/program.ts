import 'reflect-metadata';
import { Command, CommanderError, Option } from 'commander';
import { ConfigurationException, ExitCode, printable, stackOf } from '../exceptions/index.js';
import { VERSION } from '../package/index.js';
import { CommandError, messageOf } from './command-error.js';
import { defineAsyncApi } from './commands/asyncapi.command.js';
import { defineConsume } from './commands/consume.command.js';
import { definePublish } from './commands/publish.command.js';
import { defineReconsume } from './commands/reconsume.command.js';
import { defineRecord } from './commands/record.command.js';
import { defineReplay } from './commands/replay.command.js';
import { defineSchemas } from './commands/schemas.command.js';
import { defineValidate } from './commands/validate.command.js';
import { LOG_LEVEL_NAMES } from './output/log-levels.js';
import { oneOf, repeatable } from './commands/options.js';
import { flushed } from './output/standard-streams.js';

/** Runs the `fedora-messaging` command, and ends the process with its exit code. */
export async function run(argv: readonly string[]): Promise<void> {
  process.stdout.on('error', onOutputError);
  // Where the log can't be written, its reader has gone or the disk is full: messages are more important.
  process.stderr.on('error', () => undefined);
  let exitCode: number;
  try {
    exitCode = await runCommand(argv);
  } catch (error) {
    exitCode = report(error);
  }
  await flushed();
  // What the user's modules keep open must not keep the command from ending.
  process.exit(exitCode);
}

async function runCommand(argv: readonly string[]): Promise<number> {
  let exitCode: number = ExitCode.OK;
  const program = new Command('fedora-messaging')
    .description("Publishes, consumes and records messages of Fedora's message bus.")
    .version(VERSION)
    .addOption(
      new Option(
        '--conf <file>',
        'the configuration file (default: /etc/fedora-messaging/config.toml, where there is one)',
      ).env('FEDORA_MESSAGING_CONF'),
    )
    .option('--schemas <module>', 'a package or file of message classes to import; repeatable', repeatable)
    .option(
      '--log-level <level>',
      `what is logged at least: ${LOG_LEVEL_NAMES.join(', ')}`,
      oneOf(LOG_LEVEL_NAMES),
    )
    .addOption(
      new Option('--log-format <format>', 'how it is logged').choices(['text', 'json']).default('text'),
    )
    .exitOverride()
    .showHelpAfterError('(--help tells more)');
  const onDone = (code: number): void => void (exitCode = code);
  defineConsume(program, onDone);
  definePublish(program, onDone);
  defineRecord(program, onDone);
  defineReplay(program, onDone);
  defineReconsume(program, onDone);
  defineValidate(program, onDone);
  defineSchemas(program, onDone);
  defineAsyncApi(program, onDone);
  await program.parseAsync(argv);
  return exitCode;
}

/** What is printed can't be: what is not acknowledged goes back into its queue. */
function onOutputError(error: NodeJS.ErrnoException): void {
  // Who reads it has gone (`| head`), and need not be told.
  if (error.code !== 'EPIPE') process.stderr.write(`error: The output can't be written: ${error.message}\n`);
  process.exit(ExitCode.GENERAL);
}

/** Tells the user what ended the command. */
function report(error: unknown): number {
  // Commander has told it already; 0 is --help and --version.
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.OK : ExitCode.USAGE;
  if (error instanceof CommandError || error instanceof ConfigurationException) {
    process.stderr.write(`error: ${printable(error.message)}\n`);
    return error instanceof CommandError ? error.exitCode : ExitCode.USAGE;
  }
  process.stderr.write(`error: ${printable(stackOf(error) ?? messageOf(error))}\n`);
  return ExitCode.GENERAL;
}
