import type { QueueOptions } from '../../config/index.js';

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
): QueueOptions[] {
  const quorum = { 'x-queue-type': 'quorum', ...ofQuorum, ...args };
  return [
    // Since version 4, RabbitMQ discards what was delivered more than 20 times, unless told otherwise; before, it takes no -1.
    { ...KEPT, arguments: { ...quorum, 'x-delivery-limit': -1 } },
    { ...KEPT, arguments: quorum },
    { ...KEPT, arguments: { ...args } },
  ];
}
