import type { ConsumeMessage } from '../../broker/index.js';
import type { LibraryLogger } from '../../logging/index.js';
import type { ConsumerPlan } from '../consumer-plan.js';
import { deliveryCountOf } from '../delivery/delivery-count.js';
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
  if (options.arguments['x-queue-type'] !== 'quorum' || !hasDefaultLimit(options.arguments, version)) return;
  logger.warn(
    `The queue '${queue}' is a quorum queue with neither 'x-dead-letter-exchange' nor 'x-delivery-limit'. Unless a policy says otherwise, RabbitMQ ${version} deletes a message that comes back more than ${DEFAULT_DELIVERY_LIMIT} times, for example because the process was killed while handling it. Create the queue with one of these arguments, or set 'dead-letter-exchange' or 'delivery-limit' by a policy, also for a queue that exists`,
  );
}

const warnedOfReturns = new WeakSet<ConsumerPlan>();

/**
 * Warns once, when the first message comes back, about a queue whose type the options don't tell: only a quorum queue
 * counts how often a message comes back.
 */
export function warnOfReturn(
  delivery: ConsumeMessage,
  plan: ConsumerPlan,
  version: string | undefined,
  logger: LibraryLogger,
): void {
  const { queue, options } = plan;
  if (deliveryCountOf(delivery) === 0 || warnedOfReturns.has(plan)) return;
  if (options.arguments['x-queue-type'] !== undefined || !hasDefaultLimit(options.arguments, version)) return;
  warnedOfReturns.add(plan);
  logger.warn(
    `A message came back to the queue '${queue}', which is a quorum queue. Unless its arguments or a policy say otherwise, RabbitMQ ${version} deletes a message that comes back more than ${DEFAULT_DELIVERY_LIMIT} times. If others made the queue, ask them for a dead-letter exchange; otherwise create the queue with 'x-dead-letter-exchange' or 'x-delivery-limit', or set 'dead-letter-exchange' or 'delivery-limit' by a policy`,
  );
}

/** Whether the broker deletes messages of a quorum queue after its default limit, as far as the arguments tell. */
function hasDefaultLimit(args: Readonly<Record<string, unknown>>, version: string | undefined): boolean {
  return (
    version !== undefined &&
    majorOf(version) >= FIRST_WITH_LIMIT &&
    args['x-delivery-limit'] === undefined &&
    args['x-dead-letter-exchange'] === undefined
  );
}

function majorOf(version: string): number {
  return Number.parseInt(version);
}
