import { Drop, ExitCode } from '../../exceptions/index.js';
import { LibraryLogger } from '../../logging/index.js';
import { type Message, nameOf } from '../../message/index.js';
import { messageOf } from '../command-error.js';
import { type QueryOptions, queryOf } from '../commands/options/query-options.js';
import { exitCodeOfSignal, StopSignal } from '../consuming/stop-signal.js';
import { datagrepperOf, rethrow } from '../datagrepper.js';
import { prepare } from '../environment.js';
import { Progress } from '../files/progress.js';
import { messagePrinter } from '../output/message-printer.js';
import type { CommonOptions } from '../commands/options/common-options.js';
import type { DatagrepperOptions } from '../commands/options/datagrepper-options.js';
import type { MessageFormat } from '../output/message-formats.js';

export interface SearchOptions extends CommonOptions, DatagrepperOptions, QueryOptions {
  readonly order: 'asc' | 'desc';
  readonly format: MessageFormat;
}

const logger = new LibraryLogger();

export async function search(options: SearchOptions): Promise<number> {
  await prepare(options);
  const stop = new StopSignal();
  const { limit, order, format } = options;
  const found = datagrepperOf(options).search({ ...queryOf(options), order }, { signal: stop.signal });
  const printMessage = messagePrinter(format);
  const progress = new Progress('Found');
  try {
    for await (const message of found) {
      await printOrWarn(message, printMessage);
      progress.count(
        Math.max(found.read / (found.total ?? Infinity), limit ? (progress.done + 1) / limit : 0),
      );
      if (stop.signal.aborted) break;
    }
  } catch (error) {
    if (!stop.signal.aborted) rethrow(error);
  } finally {
    if (progress.isShown) progress.end();
  }
  return stop.signal.aborted ? exitCodeOfSignal(await stop.received) : ExitCode.OK;
}

/** Prints a message. One that can't be printed does not end the search. */
async function printOrWarn(
  message: Message<object>,
  printMessage: (message: Message<object>) => unknown,
): Promise<void> {
  try {
    await printMessage(message);
  } catch (error) {
    if (!(error instanceof Drop)) throw error;
    logger.warn(`${nameOf(message)} is left out: ${messageOf(error)}`);
  }
}
