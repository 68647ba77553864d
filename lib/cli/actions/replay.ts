import { publishExitCodeOf } from '../../exceptions/index.js';
import { midSentence, nameOf } from '../../message/index.js';
import { FedoraMessagingService } from '../../module/index.js';
import { startOnBus } from '../loading/application.js';
import { CommandError, messageOf } from '../command-error.js';
import { fetchMessage } from '../datagrepper.js';
import { prepare } from '../environment.js';
import { print } from '../output/standard-streams.js';
import type { DatagrepperOptions } from '../commands/options/datagrepper-options.js';
import type { CommonOptions } from '../commands/options/common-options.js';

export type ReplayOptions = CommonOptions & DatagrepperOptions;

export async function replay(options: ReplayOptions, id: string): Promise<void> {
  const { settings, logger } = await prepare(options);
  const message = await fetchMessage(id, options);
  // The archived topic has its prefix already.
  const app = await startOnBus({ ...settings, topicPrefix: '', monitoring: {} }, logger);
  try {
    await app.get(FedoraMessagingService).publish(message);
  } catch (error) {
    throw new CommandError(messageOf(error), publishExitCodeOf(error), { cause: error });
  } finally {
    await app.close();
  }
  await print(`Published ${midSentence(nameOf(message))} again\n`);
}
