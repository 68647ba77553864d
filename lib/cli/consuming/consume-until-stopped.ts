import type { INestApplicationContext } from '@nestjs/common';
import { ConfigurationException, consumerExitCodeOf, ExitCode, stackOf } from '../../exceptions/index.js';
import { InvalidCallbackError } from '../../consuming/index.js';
import { FedoraMessagingService } from '../../module/index.js';
import { LibraryLogger } from '../../logging/index.js';
import { whenStopped } from '../../script/index.js';
import { CommandError, messageOf } from '../command-error.js';
import { StopSignal } from './stop-signal.js';

const logger = new LibraryLogger();

/**
 * Consumes until a consumer stops by itself, all consumers have been cancelled, or a signal arrives. Messages in hand
 * are then finished. A second signal ends the process at once.
 *
 * @param start starts the application and its consumers
 * @returns the exit code
 * @throws CommandError, ConfigurationException when the user's input is wrong
 */
export async function consumeUntilStopped(start: () => Promise<INestApplicationContext>): Promise<number> {
  const stop = new StopSignal();
  const starting = start();
  let app: INestApplicationContext | undefined;
  try {
    app = await Promise.race([starting, stop.received.then(() => undefined)]);
  } catch (error) {
    return registrationFailed(error);
  }
  // Before the start is complete, nothing is in hand: messages that the broker has sent go back into their queues.
  if (!app) return ExitCode.OK;
  const service = app.get(FedoraMessagingService, { strict: false });
  const error = await Promise.race([whenStopped(service), stop.received.then(() => undefined)]);
  // Closing finishes the messages in hand first, and waits at most `shutdownTimeout`.
  await app.close();
  return consumerExitCodeOf(error);
}

function registrationFailed(error: unknown): number {
  if (error instanceof CommandError || error instanceof ConfigurationException) throw error;
  if (error instanceof InvalidCallbackError) {
    throw new CommandError(error.message, ExitCode.GENERAL, { cause: error });
  }
  const exitCode = consumerExitCodeOf(error as Error);
  if (exitCode !== ExitCode.CALLBACK) {
    logger.error(messageOf(error));
    return exitCode;
  }
  logger.error(`The consumer could not be started: ${messageOf(error)}`, stackOf(error));
  return ExitCode.REGISTRATION;
}
