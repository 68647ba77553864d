/**
 * The outcome of a delivered message:
 *
 * - `ack`: acknowledged; the handler returned.
 * - `requeue`: it went back into its queue (Nack, `onError: 'requeue'`), and will come again at once.
 * - `reject`: rejected without requeue: dropped (Drop, `onError: 'drop'`), or it was invalid.
 * - `retry`: the handler failed, and the message waits for its next attempt (`onError: 'retry'`).
 * - `park`: the handler failed at the last attempt, and the message is in the parking queue.
 * - `halt`: acknowledged, and the consumer stopped (HaltConsumer).
 * - `halt-requeue`: it went back, and the consumer stopped (HaltConsumer with `requeue`).
 * - `stop`: it went back with the consumer's channel, unsettled: the handler failed (`onError: 'stop'`), or the
 *   consumer was stopped or paused before the message's turn came.
 * - `queued`: it waits in a queue without a consumer at the moment.
 * - `unroutable`: no queue is bound to its topic.
 *
 * @publicApi
 */
export type DeliveryOutcome =
  | 'ack'
  | 'requeue'
  | 'reject'
  | 'retry'
  | 'park'
  | 'halt'
  | 'halt-requeue'
  | 'stop'
  | 'queued'
  | 'unroutable';
