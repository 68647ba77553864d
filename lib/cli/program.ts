import 'reflect-metadata';
import { CommanderError } from 'commander';
import { ConfigurationException, ExitCode, printable, stackOf } from '../exceptions/index.js';
import { CommandError, messageOf } from './command-error.js';
import { defineProgram } from './commands/define-program.js';
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
  await defineProgram((code) => void (exitCode = code)).parseAsync(argv);
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
