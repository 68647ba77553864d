import 'reflect-metadata';
import { CommanderError } from 'commander';
import { ConfigurationException, ExitCode, printable, stackOf } from '../exceptions/index.js';
import { CommandError, messageOf } from './command-error.js';
import { defineProgram } from './commands/define-program.js';
import { flushed } from './output/standard-streams.js';

/** Runs the `fedora-messaging` command, and ends the process with its exit code. */
export async function run(argv: readonly string[]): Promise<void> {
  process.stdout.on('error', onOutputError);
  // If the log can't be written, its reader is gone or the disk is full. The messages matter more.
  process.stderr.on('error', () => undefined);
  let exitCode: number;
  try {
    exitCode = await runCommand(argv);
  } catch (error) {
    exitCode = report(error);
  }
  await flushed();
  // The process must end even if the user's modules keep handles open.
  process.exit(exitCode);
}

async function runCommand(argv: readonly string[]): Promise<number> {
  let exitCode: number = ExitCode.OK;
  await defineProgram((code) => void (exitCode = code)).parseAsync(argv);
  return exitCode;
}

/** Ends the command when its output can't be written; unacknowledged messages go back into their queues. */
function onOutputError(error: NodeJS.ErrnoException): void {
  // With EPIPE the reader has gone (`| head`), so there is nobody to tell.
  if (error.code !== 'EPIPE') process.stderr.write(`error: The output can't be written: ${error.message}\n`);
  process.exit(ExitCode.GENERAL);
}

/** Tells the user which error ended the command. */
function report(error: unknown): number {
  // Commander has printed the message already; exit code 0 is --help or --version.
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.OK : ExitCode.USAGE;
  if (error instanceof CommandError || error instanceof ConfigurationException) {
    process.stderr.write(`error: ${printable(error.message)}\n`);
    return error instanceof CommandError ? error.exitCode : ExitCode.USAGE;
  }
  process.stderr.write(`error: ${printable(stackOf(error) ?? messageOf(error))}\n`);
  return ExitCode.GENERAL;
}
