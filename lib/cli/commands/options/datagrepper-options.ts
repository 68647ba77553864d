import type { Command } from 'commander';
import { DEFAULT_DATAGREPPER } from '../../../config/index.js';
import { wholeNumber } from './common-options.js';

/** The options that say where Datagrepper is, and how it is asked. */
export interface DatagrepperOptions {
  readonly datagrepperUrl: string;
  readonly attempts: number;
  readonly interval: number;
}

export function addDatagrepperOptions(command: Command): Command {
  const { url, attempts, interval } = DEFAULT_DATAGREPPER;
  return command
    .option('--datagrepper-url <url>', 'where Datagrepper is', url)
    .option('--attempts <count>', 'how often a request to it is tried that fails', wholeNumber(1), attempts)
    .option(
      '--interval <milliseconds>',
      'the shortest time from one request to the next',
      wholeNumber(0),
      interval,
    );
}
