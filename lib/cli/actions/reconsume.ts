import type { LoggerService } from '@nestjs/common';
import { DEFAULT_QUEUE, type FedoraMessagingSettings } from '../../config/index.js';
import {
  completionOf,
  type ConsumerCallback,
  InvalidCallbackError,
  type MessageHandler,
  toHandler,
} from '../../consuming/index.js';
import {
  consumerExitCodeOf,
  describeError,
  ExitCode,
  HaltConsumer,
  Nack,
  publishExitCodeOf,
  stackOf,
  toOutcome,
} from '../../exceptions/index.js';
import { FedoraMessagingService } from '../../module/index.js';
import { LibraryLogger } from '../../logging/index.js';
import { type Message, midSentence, nameOf } from '../../message/index.js';
import { startOnBus } from '../loading/application.js';
import { loadConfiguredCallback } from '../loading/callback.js';
import { CommandError, messageOf } from '../command-error.js';
import { fetchMessage } from '../datagrepper.js';
import { prepare } from '../environment.js';
import type { CallbackOptions } from '../commands/options/callback-options.js';
import type { DatagrepperOptions } from '../commands/options/datagrepper-options.js';
import type { CommonOptions } from '../commands/options/common-options.js';

export type ReconsumeOptions = CommonOptions & DatagrepperOptions & CallbackOptions;

const logger = new LibraryLogger();
const EXCHANGE = 'amq.topic';

export async function reconsume(options: ReconsumeOptions, id: string): Promise<number> {
  const { settings, command, logger: log } = await prepare(options);
  const callback = await loadConfiguredCallback(options, command.callback);
  if (!callback) {
    throw new CommandError(
      'reconsume needs a callback: --callback, --callback-file, or callback in the configuration file',
    );
  }
  const handler = handlerOf(callback);
  const message = await fetchMessage(id, options);
  return tell(message, await handle(message, handler, settings, log));
}

/** Checks the callback, so that its errors are reported before the message is fetched. */
function handlerOf(callback: ConsumerCallback): MessageHandler {
  try {
    return toHandler(callback);
  } catch (error) {
    if (!(error instanceof InvalidCallbackError)) throw error;
    throw new CommandError(error.message, ExitCode.GENERAL, { cause: error });
  }
}

/** A wrapper for the error of a callback, which may be any value. */
interface Thrown {
  readonly error: unknown;
}

/** Consumes the message from an embedded broker of its own, like any other message. @returns the callback's error */
async function handle(
  message: Message<object>,
  handler: MessageHandler,
  settings: FedoraMessagingSettings,
  log: LoggerService,
): Promise<Thrown | undefined> {
  const app = await startOnBus(
    { ...settings, amqpUrl: 'memory://reconsume', exchanges: {}, topicPrefix: '', monitoring: {} },
    log,
  );
  const service = app.get(FedoraMessagingService);
  let thrown: Thrown | undefined;
  const handleOnce: MessageHandler = async (received, context) => {
    // The embedded broker's queue is not shown to the callback.
    received.queue = message.queue;
    try {
      await completionOf(handler(received, context));
    } catch (error) {
      thrown = { error };
    }
    throw new HaltConsumer({ reason: 'the message has been handled' });
  };
  const [consumer] = await service.consume(handleOnce, {
    queues: { reconsume: DEFAULT_QUEUE },
    bindings: [{ exchange: EXCHANGE, routingKeys: ['#'] }],
  });
  const handled = consumer!.result.catch((error: Error) => {
    if (!(error instanceof HaltConsumer)) thrown = { error };
  });
  try {
    await service.publish(message, { exchange: EXCHANGE });
  } catch (error) {
    throw new CommandError(messageOf(error), publishExitCodeOf(error), { cause: error });
  }
  await handled;
  await app.close();
  return thrown;
}

function tell(message: Message<object>, thrown: Thrown | undefined): number {
  const name = nameOf(message);
  if (thrown === undefined) {
    logger.log(`${name} was handled`);
    return ExitCode.OK;
  }
  const outcome = toOutcome(thrown.error);
  if (outcome instanceof HaltConsumer) {
    logger.log(`${name}: the callback would halt its consumer: ${describeError(outcome)}`);
    return consumerExitCodeOf(outcome);
  }
  if (outcome) {
    const fate = outcome instanceof Nack ? 'go back into the queue' : 'be dropped';
    logger.warn(`${name} would ${fate}: ${describeError(outcome)}`);
    return ExitCode.OK;
  }
  logger.error(
    `The callback failed on ${midSentence(name)}: ${describeError(thrown.error)}`,
    stackOf(thrown.error),
  );
  return ExitCode.CALLBACK;
}
