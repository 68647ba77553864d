import type { LibraryLogger } from '../../logging/index.js';
import type { ConsumerPlan } from '../consumer-plan.js';
import { isStream } from '../delivery/stream-position.js';

/** The first version of RabbitMQ in which every quorum queue has a delivery limit. */
const FIRST_WITH_LIMIT = 4;
const DEFAULT_DELIVERY_LIMIT = 20;

/**
 * Whether a queue of RabbitMQ may be a quorum queue. Its type is unknown when the broker's administrators created it,
 * and when the virtual host chooses it, which is usual since version 4.
 */
export function mayBeQuorumQueue(
  { queue, options, consumeArguments }: ConsumerPlan,
  isPassive: boolean,
  version: string | undefined,
): boolean {
  // The embedded broker is part of the process: its connections are never lost.
  if (version === undefined || isStream(options.arguments, consumeArguments)) return false;
  const { 'x-queue-type': type, 'x-single-active-consumer': hasSingleActiveConsumer } = options.arguments;
  if (type !== undefined) return type === 'quorum';
  // A wrong guess would cost such a queue the messages ahead for ever.
  if (hasSingleActiveConsumer === true) return false;
  if (isPassive) return queue !== '';
  const { durable, exclusive, autoDelete } = options;
  return majorOf(version) >= FIRST_WITH_LIMIT && durable && !exclusive && !autoDelete;
}

/** Warns when the broker would delete messages that come back too often. */
export function warnOfDeliveryLimit(
  { queue, options }: ConsumerPlan,
  version: string | undefined,
  logger: LibraryLogger,
): void {
  const { arguments: args } = options;
  const isUnlimited =
    version === undefined || majorOf(version) < FIRST_WITH_LIMIT || args['x-queue-type'] !== 'quorum';
  if (isUnlimited) return;
  if (args['x-delivery-limit'] !== undefined || args['x-dead-letter-exchange'] !== undefined) return;
  logger.warn(
    `The queue '${queue}' is a quorum queue with neither 'x-dead-letter-exchange' nor 'x-delivery-limit'. Unless a policy says otherwise, RabbitMQ ${version} deletes a message that comes back more than ${DEFAULT_DELIVERY_LIMIT} times, for example because the process was killed while handling it. Create the queue with one of these arguments, or set 'dead-letter-exchange' or 'delivery-limit' by a policy, also for a queue that exists`,
  );
}

function majorOf(version: string): number {
  return Number.parseInt(version);
}
