import type { QueueVariant } from '../consumer-plan.js';

const KEPT = { durable: true, autoDelete: false, exclusive: false };

/**
 * What a queue is declared as in which failed messages are kept. A quorum queue hands an expired message on at least once,
 * a classic one at most once: a broker that is killed loses what is on its way.
 *
 * @param args what the queue does with its messages
 * @param ofQuorum what it does where it is a quorum queue
 */
export function keptQueue(
  args: Readonly<Record<string, unknown>>,
  ofQuorum: Readonly<Record<string, unknown>> = {},
): QueueVariant[] {
  const quorum = { 'x-queue-type': 'quorum', ...ofQuorum, ...args };
  return [
    // Version 4 discards a message that was delivered more than 20 times, unless the limit is -1. Older versions take -1,
    // too, and discard a message that comes back once.
    { options: { ...KEPT, arguments: { ...quorum, 'x-delivery-limit': -1 } }, since: 4 },
    { options: { ...KEPT, arguments: quorum } },
    { options: { ...KEPT, arguments: { ...args } } },
  ];
}
