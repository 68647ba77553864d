import type { QueueVariant } from '../consumer-plan.js';

const BASE_OPTIONS = { durable: true, autoDelete: false, exclusive: false };

/**
 * The declarations of a queue that keeps failed messages, in order of preference. A quorum queue dead-letters an
 * expired message at least once. A classic queue does so at most once: a broker that is killed loses a message on its
 * way.
 *
 * @param args arguments for every variant
 * @param ofQuorum further arguments of the quorum queues
 */
export function keptQueue(
  args: Readonly<Record<string, unknown>>,
  ofQuorum: Readonly<Record<string, unknown>> = {},
): QueueVariant[] {
  const quorum = { 'x-queue-type': 'quorum', ...ofQuorum, ...args };
  return [
    // Version 4 discards a message that was delivered more than 20 times, unless the limit is -1. Older versions take -1,
    // too, and discard a message that comes back once.
    { options: { ...BASE_OPTIONS, arguments: { ...quorum, 'x-delivery-limit': -1 } }, since: 4 },
    { options: { ...BASE_OPTIONS, arguments: quorum } },
    { options: { ...BASE_OPTIONS, arguments: { ...args } } },
  ];
}
