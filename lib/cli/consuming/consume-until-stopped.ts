import type { INestApplicationContext } from '@nestjs/common';
import { ConfigurationException, consumerExitCodeOf, ExitCode, stackOf } from '../../exceptions/index.js';
import { InvalidCallbackError } from '../../consuming/index.js';
import { FedoraMessagingService } from '../../module/index.js';
import { LibraryLogger } from '../../logging/index.js';
import { CommandError, messageOf } from '../command-error.js';
import { StopSignal } from './stop-signal.js';

const logger = new LibraryLogger();

/**
 * Starts consuming, and goes on until a consumer stops by itself, all have been cancelled, or a signal
 * comes; messages in hand are then finished. A second signal ends the process at once.
 *
 * @param start starts the application and its consumers
 * @returns the exit code
 * @throws CommandError, ConfigurationException when it is the user's input that is wrong
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
  // Nothing is in hand before the start: what the broker has sent goes back into its queue.
  if (!app) return ExitCode.OK;
  const service = app.get(FedoraMessagingService, { strict: false });
  const error = await Promise.race([whenStopped(service), stop.received.then(() => undefined)]);
  // Closing finishes the messages in hand first, for as long as the setting `shutdownTimeout` says.
  await app.close();
  return consumerExitCodeOf(error);
}

/** Resolves with what has stopped a consumer, or without when none is left. */
function whenStopped(service: FedoraMessagingService): Promise<Error | undefined> {
  return new Promise((resolve) => {
    const check = (): void => {
      const [stopped] = service.stoppedConsumers;
      if (stopped) resolve(stopped.error);
      else if (service.consumers.length === 0) resolve(undefined);
    };
    service.events$.subscribe(({ type }) => {
      if (type === 'consumer-stopped') check();
    });
    check();
  });
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
