import { Argument, type Command } from 'commander';

export const DATAGREPPER_URL = 'https://apps.fedoraproject.org/datagrepper';

export interface DatagrepperOptions {
  readonly datagrepperUrl: string;
}

export function addDatagrepperOptions(command: Command): Command {
  return command
    .addArgument(new Argument('<id>', 'the id of the message'))
    .option('--datagrepper-url <url>', 'where Datagrepper is', DATAGREPPER_URL);
}
