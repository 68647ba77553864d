import { Argument, type Command } from 'commander';
import { FedoraMessagingService } from '../../fedora-messaging.service.js';
import { startOnBus } from '../application.js';
import { CommandError, ExitCode, messageOf } from '../command-error.js';
import { DATAGREPPER_URL, fetchMessage } from '../datagrepper.js';
import { prepare } from '../environment.js';
import type { CommonOptions } from '../options.js';
import { inOneLine, print } from '../output.js';
import { publishExitCodeOf } from '../publish-exit-code.js';

export interface DatagrepperOptions {
  readonly datagrepperUrl: string;
}

export function addDatagrepperOptions(command: Command): Command {
  return command
    .addArgument(new Argument('<id>', 'the id of the message'))
    .option('--datagrepper-url <url>', 'where Datagrepper is', DATAGREPPER_URL);
}

export function defineReplay(program: Command, onDone: (exitCode: number) => void): void {
  const command = program
    .command('replay')
    .description('Publishes a message again that Datagrepper has, with the topic and id it had.');
  addDatagrepperOptions(command).action(async (id: string) => {
    await replay(command.optsWithGlobals<CommonOptions & DatagrepperOptions>(), id);
    onDone(ExitCode.OK);
  });
}

async function replay(options: CommonOptions & DatagrepperOptions, id: string): Promise<void> {
  const { settings, logger } = await prepare(options);
  const message = await fetchMessage(id, options.datagrepperUrl);
  // The topic it was published with has its prefix already.
  const app = await startOnBus({ ...settings, topicPrefix: '', monitoring: {} }, logger);
  try {
    await app.get(FedoraMessagingService).publish(message);
  } catch (error) {
    throw new CommandError(messageOf(error), publishExitCodeOf(error), { cause: error });
  } finally {
    await app.close();
  }
  await print(`Published the message ${id} with topic ${inOneLine(message.topic)} again\n`);
}
