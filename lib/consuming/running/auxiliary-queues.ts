import {
  closeChannel,
  declareQueue,
  type OpenConnection,
  ReplyCode,
  replyCodeOf,
} from '../../broker/index.js';
import { BadDeclaration } from '../../exceptions/index.js';
import type { LibraryLogger } from '../../logging/index.js';
import type { AuxiliaryQueue } from '../consumer-plan.js';

/**
 * Declares a queue that a consumer needs besides its own, as the first variant that the broker accepts. A broker may
 * lack quorum queues, or may have the queue as another variant already.
 *
 * @throws BadDeclaration
 */
export async function declareAuxiliaryQueue(
  connection: OpenConnection,
  { name, variants }: AuxiliaryQueue,
  passive: boolean,
  logger: LibraryLogger,
): Promise<void> {
  const major = Number.parseInt(connection.rabbitMqVersion ?? '0');
  const known = variants.filter(({ since = 0 }) => major >= since);
  for (const [index, { options }] of known.entries()) {
    const isLast = index === known.length - 1;
    // A refusal of the broker costs the channel.
    const channel = await connection.openChannel();
    channel.on('error', () => undefined);
    try {
      await declareQueue(channel, name, options, passive);
      if (isLast && index > 0) warnOfClassicQueue(name, logger);
      return;
    } catch (error) {
      if (!(error instanceof BadDeclaration)) throw error;
      const code = replyCodeOf(error.cause);
      if (code === ReplyCode.ACCESS_REFUSED) throw withAdvice(error);
      if (isLast || code !== ReplyCode.PRECONDITION_FAILED) throw error;
    } finally {
      await closeChannel(channel);
    }
  }
}

function withAdvice({ objectType, description, reason, cause }: BadDeclaration): BadDeclaration {
  const advice =
    "Retries in the broker and a parking queue need permission to declare these queues and to write to the default exchange, 'amq.default': ask the broker's administrators for them, or let messages wait with retry: { in: 'process' } and no 'parkingQueue'";
  return new BadDeclaration(objectType, description, reason, { cause, advice });
}

function warnOfClassicQueue(name: string, logger: LibraryLogger): void {
  logger.warn(
    `The queue '${name}' is a classic queue: if the broker is killed, failed messages that leave it at that moment are lost. Delete the queue when it is empty: its consumer then declares a quorum queue, on RabbitMQ 3.10 or later. Or let messages wait in the process, with retry: { in: 'process' }`,
  );
}
