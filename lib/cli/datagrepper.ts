import { Datagrepper } from '../datagrepper/index.js';
import { DatagrepperException, ExitCode } from '../exceptions/index.js';
import type { Message, MessageRegistry } from '../message/index.js';
import { CommandError } from './command-error.js';
import type { DatagrepperOptions } from './commands/options/datagrepper-options.js';

/**
 * The archive of the options.
 *
 * @throws ConfigurationException when its URL is wrong
 */
export function datagrepperOf(
  { datagrepperUrl: url, attempts, interval }: DatagrepperOptions,
  registry?: MessageRegistry,
): Datagrepper {
  return new Datagrepper({ url, attempts, interval }, registry);
}

/** Gets a message from Datagrepper, Fedora's archive of messages. @throws CommandError, ConfigurationException */
export async function fetchMessage(id: string, options: DatagrepperOptions): Promise<Message<object>> {
  const message = await datagrepperOf(options).get(id).catch(rethrow);
  if (message) return message;
  throw new CommandError(`Datagrepper (${options.datagrepperUrl}) knows no message ${id}`, ExitCode.GENERAL);
}

/** Throws the error as the command reports it: what Datagrepper refuses is the fault of an option. */
export function rethrow(error: unknown): never {
  if (!(error instanceof DatagrepperException)) throw error;
  const exitCode = error.status === 400 ? ExitCode.USAGE : ExitCode.GENERAL;
  throw new CommandError(error.message, exitCode, { cause: error });
}
